"""What nodes and volumes cost: whole numbers of 1e-4 USD per hour, so that sums are exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bayplan.placement.plan import Seat
    from bayplan.placement.problem import Demand, Level, Problem


def price(problem: Problem, nodes: Mapping[tuple[str, Level], int], level: Level, seats: Iterable[Seat]) -> int:
    """1e-4 USD per hour of all nodes, and of the volumes of all who have a seat, at an end of the load."""
    bought = sum(pool.e4_usd_per_hour * nodes[pool.name, level] for pool in problem.pools)
    return bought + storage(problem, seats, level)


def storage(problem: Problem, seats: Iterable[Seat], level: Level) -> int:
    """1e-4 USD per hour of the volumes of all who have a seat, and of those that stay; rounded up once, for all."""
    if not problem.e6_usd_per_gib_hour:
        return 0
    pods = [(problem.demand(seat.workload), seat.pods(level)) for seat in seats]
    return _e4(_kept(problem) + sum(_e6_usd_per_hour(problem, demand) * count for demand, count in pods if demand))


def storage_floor(problem: Problem, level: Level) -> int:
    """The same for those who must have a seat: no placement pays less for volumes."""
    sure = [demand for demand in problem.demands if not demand.may_wait and not demand.elastic]
    theirs = sum(_e6_usd_per_hour(problem, demand) * demand.pods(level) * demand.copies for demand in sure)
    return _e4(_kept(problem) + theirs)


def _kept(problem: Problem) -> int:
    """Of the volumes that are there whoever runs, in 1e-6 USD."""
    prices = dict(problem.e6_usd_per_gib_hour)
    return sum(gib * prices.get(name, 0) for name, gib in problem.kept_gib)


def _e6_usd_per_hour(problem: Problem, demand: Demand) -> int:
    """Of the volume of one pod, in 1e-6 USD."""
    return demand.storage_gib * dict(problem.e6_usd_per_gib_hour).get(demand.storage_class, 0)


def _e4(e6: int) -> int:
    return -(-e6 // 100)


def simple_bound(problem: Problem) -> int:
    """What nodes and volumes cost at least at the minimum load, without a solver; mostly far too low, never too high.

    The nodes that a pool always has must be paid. And for each of CPU, memory, pods and accelerators alone: a pod pays
    its share of a node in the pool where that is cheapest, and no node is shared beyond its whole.
    """
    paid = sum(pools[0].nodes_min * min(pool.e4_usd_per_hour for pool in pools) for pools in problem.families.values())
    kinds = range(4 + len(problem.resources))
    return max([paid, *(_shares(problem, kind) for kind in kinds)]) + storage_floor(problem, "min")


def _shares(problem: Problem, kind: int) -> int:
    """Rounded down for every workload, so that the sum is never too high; who may wait pays nothing."""
    total = 0
    for demand in problem.demands:
        shares = [
            pools[0].e4_usd_per_hour * demand.needs[kind] * demand.pods_min * demand.copies // pools[0].room[kind]
            for pools in problem.kinds
            if pools[0].room[kind]
        ]
        total += 0 if demand.may_wait else min(shares, default=0)
    return total
