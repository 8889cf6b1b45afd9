"""Zones: who must be spread over them can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import guests, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Demand, Pool, Problem

RULE = "zones"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Replicas that must be spread over zones, in a pool with one zone, or without nodes enough in every zone."""
    for pool in problem.pools:
        for level in LEVELS:
            there = nodes(plan, pool, level)
            for demand, pods in guests(problem, plan, pool, level):
                if demand.zones != "must":
                    continue
                if len(pool.zones) == 1 and demand.pods_max > 1:
                    yield Breach(rule=RULE, what=f"{demand.workload} must be spread, {pool.name} has one zone")
                elif pods and not _can_spread(demand, pool, pods, there):
                    what = (
                        f"{demand.workload} must be spread, {pool.name} has {there} nodes for {len(pool.zones)} zones"
                    )
                    yield Breach(rule=RULE, what=f"{what} at {level} load")


def _can_spread(demand: Demand, pool: Pool, pods: int, there: int) -> bool:
    """Deal the pods out: first what a zone may have more than the emptiest, which is the one with the fewest nodes."""
    *others, last = range(len(pool.zones))
    held, left = dict.fromkeys([*others, last], 0), pods
    for zone in others:
        held[zone] = min(left, demand.zone_skew)
        left -= held[zone]
    while left > 0:
        for zone in (last, *others):
            held[zone] += min(left, 1)
            left -= min(left, 1)
    fit = min(room // need for room, need in zip(pool.room, demand.needs, strict=True) if need)
    fit = min(fit, demand.most_per_node) if demand.most_per_node else fit
    return sum(1 for count in held.values() if count) <= there and held[last] <= fit * (there // len(pool.zones))
