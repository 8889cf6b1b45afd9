"""Survival: every node and every zone is lost once, and all pods of the pool are counted against what is left."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import guests, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Demand, Pool, Problem

RULE = "survival"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Pools that a loss would leave with too little room, and pools whose only zone could be lost."""
    for pool in problem.pools:
        for level in LEVELS:
            here = [(demand, pods) for demand, pods in guests(problem, plan, pool, level)]
            for part in ("node", "zone"):
                asking = [demand.workload for demand, _ in here if demand.survives == part]
                for loss, left in _losses(pool, part, nodes(plan, pool, level)) if asking else ():
                    if short := _short(pool, here, left):
                        what = f"{asking[0]} must survive the loss of {loss}, {pool.name} then has {left} nodes"
                        yield Breach(rule=RULE, what=f"{what}, too few for {short} at {level} load")


def _losses(pool: Pool, part: str, there: int) -> Iterator[tuple[str, int]]:
    """What is lost, and how many nodes are left."""
    zones = list(islice(cycle(pool.zones), there))
    if part == "node":
        yield "one node", max(0, there - 1)  # nodes of a pool are alike: one loss is every loss
        return
    for zone in pool.zones:
        yield f"zone {zone}", sum(1 for other in zones if other != zone)


def _short(pool: Pool, here: list[tuple[Demand, int]], left: int) -> str:
    for demand, pods in here:
        a_node = -(-pods // left) if left else pods
        if pods and (not left or any(a_node * need > room for need, room in zip(demand.needs, pool.room, strict=True))):
            return demand.workload
    for kind, room in enumerate(pool.room):
        if sum(pods * demand.needs[kind] for demand, pods in here) > room * left:
            return "all its pods together"
    return ""
