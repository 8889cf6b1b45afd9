"""Whole nodes: pods are not poured, they are placed; three pods of 60 % of a node need three nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Problem
    from bayplan.placement.variables import Variables

MOST_A_NODE = 4
"""Beyond four large pods on a node, what is lost is small, and `realise` finds it anyway."""


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """Of pods that take more than a (k+1)-th of a node, k+1 never share one: n nodes hold at most k x n of them.

    It follows from the capacity of single nodes, which the sum over a pool forgets, and brings the sum near the truth.
    """
    for pool in problem.pools:
        for level in LEVELS:
            guests = variables.guests(pool, level)
            for kind, room in enumerate(pool.room):
                members = 0
                for most in range(1, MOST_A_NODE + 1):
                    large = [pods for demand, pods in guests if demand.needs[kind] * (most + 1) > room]
                    if len(large) > members:  # the same pods with a higher limit say nothing new
                        model.add(sum(large) <= most * variables.nodes(pool, level))
                    members = len(large)
