"""Pods per node: the kubelet takes no more, however small they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables


def refuse(_demand: Demand, pool: Pool) -> str:
    """Nodes that the platform's own pods fill."""
    return "" if pool.pods else "its nodes have no slot left for pods"


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """Every pod takes a slot."""
    for pool in problem.pools:
        for level in LEVELS:
            taken = sum(room for _, room in variables.guests(pool, level))
            model.add(taken <= pool.pods * variables.nodes(pool, level))
