"""Limits of a pool: as many nodes as are always paid for, and never more than the quota."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables


def refuse(_demand: Demand, pool: Pool) -> str:
    """A pool that is switched off."""
    return "" if pool.nodes_max else "it may have no nodes (nodes.max is 0)"


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """Nodes stay within `nodes.min` and `nodes.max` at both ends of the load; variants of a pool share them."""
    for pools in problem.families.values():
        for level in LEVELS:
            nodes = sum(variables.nodes(pool, level) for pool in pools)
            model.add_linear_constraint(nodes, pools[0].nodes_min, pools[0].nodes_max)
