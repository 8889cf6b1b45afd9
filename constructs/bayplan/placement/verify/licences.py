"""Licences: no node runs more pods of a workload than it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import guests, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "licences"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Pools with too few nodes for the pods of a workload, at any end of the load."""
    for pool in problem.pools:
        for level in LEVELS:
            there = nodes(plan, pool, level)
            for demand, pods in guests(problem, plan, pool, level):
                if demand.most_per_node > 0 and pods > there * demand.most_per_node:
                    what = f"{there} nodes of {pool.name} may run {there * demand.most_per_node} pods"
                    yield Breach(rule=RULE, what=f"{what} of {demand.workload} at {level} load, {pods} are planned")
