"""Licences: a node runs so many pods of a workload and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.terms import LEVELS

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Problem
    from bayplan.placement.variables import Variables


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """As many nodes as that needs: workloads do not count against each other, so the largest of a kind decides."""
    for demand in problem.demands:
        most = demand.most_per_node
        for pool in variables.pools(demand) if most else ():
            for level in LEVELS:
                nodes = variables.nodes(pool, level)
                if variables.counts_pods(demand):
                    model.add(variables.seated(demand, pool, level) <= most * nodes)
                else:
                    wanted = -(-(demand.pods(level) + demand.spare(level)) // most)
                    model.add(nodes >= wanted * variables.is_home(demand, pool))
