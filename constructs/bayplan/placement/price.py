"""What nodes cost: whole numbers of 1e-4 USD per hour, so that sums are exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.placement.problem import Level, Problem


def price(problem: Problem, nodes: Mapping[tuple[str, Level], int], level: Level) -> int:
    """1e-4 USD per hour of all nodes at an end of the load."""
    return sum(pool.e4_usd_per_hour * nodes[pool.name, level] for pool in problem.pools)


def simple_bound(problem: Problem) -> int:
    """What nodes cost at least at the minimum load, without a solver; often far below the truth, never above it.

    The nodes that a pool always has must be paid. And for each of CPU, memory, pods and accelerators alone: a pod pays
    its share of a node in the pool where that is cheapest, and no node is shared beyond its whole.
    """
    paid = sum(pools[0].nodes_min * min(pool.e4_usd_per_hour for pool in pools) for pools in problem.families.values())
    kinds = range(4 + len(problem.resources))
    return max([paid, *(_shares(problem, kind) for kind in kinds)])


def _shares(problem: Problem, kind: int) -> int:
    """Rounded down for every workload, so that the sum is never too high; who may wait pays nothing."""
    total = 0
    for demand in problem.demands:
        shares = [
            pool.e4_usd_per_hour * demand.needs[kind] * demand.pods_min * demand.copies // pool.room[kind]
            for pool in problem.pools
            if pool.room[kind]
        ]
        total += 0 if demand.may_wait else min(shares, default=0)
    return total
