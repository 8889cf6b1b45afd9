"""Load levels: one assignment for both ends of the load, and nodes that only come, never go, as it rises."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Problem
    from bayplan.placement.variables import Variables


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """At the maximum a pool has at least the nodes that it has at the minimum; workloads do not change pools."""
    for pool in problem.pools:
        model.add(variables.nodes(pool, "max") >= variables.nodes(pool, "min"))
