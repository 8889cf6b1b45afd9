"""Anti-affinity: those who exclude each other have nodes enough to do so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import guests, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Demand, Pool, Problem

RULE = "anti_affinity"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Pools with too few nodes for each workload and those that it excludes; the simulation shows the rest."""
    for pool in problem.pools:
        for level in LEVELS:
            there = nodes(plan, pool, level)
            here = [(demand, pods) for demand, pods in guests(problem, plan, pool, level) if pods]
            for number, (one, pods) in enumerate(here):
                for other, others in here[number + 1 :]:
                    if not _exclude(one, other):
                        continue
                    wanted = _nodes(one, pods, pool) + _nodes(other, others, pool)
                    if wanted > there:
                        what = f"{one.workload} and {other.workload} share no node, that takes {wanted} of {pool.name}"
                        yield Breach(rule=RULE, what=f"{what}; it has {there} at {level} load")


def _exclude(one: Demand, other: Demand) -> bool:
    return one.workload in other.apart or other.workload in one.apart


def _nodes(demand: Demand, pods: int, pool: Pool) -> int:
    """Counted node by node: as many pods on each as fit, until all are placed."""
    count = 0
    while pods > 0:
        left, placed = list(pool.room), 0
        while pods > placed and all(need <= room for need, room in zip(demand.needs, left, strict=True)):
            if demand.most_per_node and placed == demand.most_per_node:
                break
            left = [room - need for need, room in zip(demand.needs, left, strict=True)]
            placed += 1
        if not placed:
            return count + pods
        pods -= placed
        count += 1
    return count
