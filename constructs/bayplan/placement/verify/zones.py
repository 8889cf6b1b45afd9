"""Zones: who must be spread over them can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import guests, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "zones"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Replicas that must be spread over zones, in a pool with one zone or without a node in every zone that counts."""
    for pool in problem.pools:
        for level in LEVELS:
            there = nodes(plan, pool, level)
            for demand, pods in guests(problem, plan, pool, level):
                if demand.zones != "must":
                    continue
                if len(pool.zones) == 1 and demand.pods_max > 1:
                    yield Breach(rule=RULE, what=f"{demand.workload} must be spread, {pool.name} has one zone")
                elif there < len(pool.zones) and there < pods:
                    what = (
                        f"{demand.workload} must be spread, {pool.name} has {there} nodes for {len(pool.zones)} zones"
                    )
                    yield Breach(rule=RULE, what=f"{what} at {level} load")
