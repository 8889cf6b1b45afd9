"""How many nodes a placement really needs: so many that no pod waits, in whatever order pods arrive.

Enough capacity in sum is not enough: three pods of 60 % of a node need three nodes, and a scheduler that spreads small
pods over all nodes leaves no hole for a large one. Node counts are therefore raised until every pod is seated in each
of a fixed set of arrival orders (`ORDERS`), or until they are so many that no order can fail (`any_order_fits`).

Nodes of a pool are taken to be spread evenly over its zones, as cloud node groups keep them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bayplan.placement.claims import claimed
from bayplan.placement.dice import Dice
from bayplan.placement.empty_nodes import build, open_to
from bayplan.placement.groups import groups
from bayplan.placement.loss import unseated
from bayplan.placement.orders import largest_first, left_out
from bayplan.placement.problem import LEVELS, Level
from bayplan.placement.proof import any_order_fits
from bayplan.placement.reserve import reserve
from bayplan.placement.scheduler import seat
from bayplan.placement.work import spend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bayplan.placement.groups import Group, Guest
    from bayplan.placement.plan import Seat
    from bayplan.placement.problem import Demand, Pool, Problem, Scheduler

SHUFFLES = 20
"""Orders at random, beside smallest first, largest first and by name, that a count is searched with."""
SURE = 200
"""Orders at random that the count found must hold in besides: a count that was searched until some passed is lucky."""

STEPS_A_SECOND = 16_000
"""Pods times nodes whose count takes about a second of work, with all its orders; measured at 200 to 900 pods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A pod that found no node."""

    workload: str
    order: str
    """How the pods had arrived."""


def nodes_needed(problem: Problem, seats: Sequence[Seat]) -> dict[tuple[str, Level], int]:
    """Nodes of every pool at both levels, one more than its limit where the limit is not enough."""
    needed: dict[tuple[str, Level], int] = {}
    floor = {pool.name: pool.nodes_min for pool in problem.pools}
    for level in LEVELS:
        for group in groups(problem, seats, level):
            counts = _grow(problem.scheduler, group, tuple(floor[pool.name] for pool in group.pools))
            for pool, nodes in zip(group.pools, counts, strict=True):
                needed[pool.name, level] = floor[pool.name] = nodes
            if not any_order_fits(group, dict(zip((pool.name for pool in group.pools), counts, strict=True))):
                spend(sum(counts) * sum(guest.pods for guest in group.guests) / STEPS_A_SECOND)
    return needed


def waiting(
    scheduler: Scheduler, group: Group, counts: Mapping[str, int], *, shuffles: int = SHUFFLES
) -> Waiting | None:
    """A pod that finds no node with these node counts, or None when every pod sits in every order."""
    if scheduler == "Karpenter" and (opened := claimed(group)) is not None:
        most = counts[group.pools[0].name]
        return Waiting(workload=group.guests[-1].demand.workload, order="largest first") if opened > most else None
    if any_order_fits(group, counts):
        return None
    if scheduler == "Karpenter" or any(guest.demand.survives for guest in group.guests):
        return _one_by_one(scheduler, group, counts)
    left = left_out(scheduler, group, build(group, counts), shuffles, least=SHUFFLES)
    return Waiting(workload=left[0], order=left[1]) if left else None


def _one_by_one(scheduler: Scheduler, group: Group, counts: Mapping[str, int]) -> Waiting | None:
    for order, pods, dice in _orders(scheduler, group):
        nodes = build(group, counts)
        left = seat(pods, open_to(group, nodes), scheduler, dice)
        if left is not None:
            return Waiting(workload=left.workload, order=order)
        if (lost := unseated(group, nodes, scheduler, dice)) is not None:
            return Waiting(workload=lost[0].workload, order=f"{order}, and {lost[1]} is lost")
    return None


@lru_cache(maxsize=1024)
def _grow(scheduler: Scheduler, group: Group, floor: tuple[int, ...]) -> tuple[int, ...]:
    """Few node counts, from the floor upwards, that seat everybody; more than a limit where there are none.

    Remembered, because rounds of one search differ in few pools.
    """
    counts = {pool.name: max(least, _least(pool, group)) for pool, least in zip(group.pools, floor, strict=True)}
    if len(group.pools) == 1:
        (pool,) = group.pools
        counts[pool.name] = _search(scheduler, group, pool, counts[pool.name])
        if counts[pool.name] > pool.nodes_max:
            return (counts[pool.name],)
    by_price = sorted(group.pools, key=lambda pool: (pool.e4_usd_per_hour, pool.name))
    while waiting(scheduler, group, counts, shuffles=SURE):
        cheapest = next((pool for pool in by_price if counts[pool.name] < pool.nodes_max), None)
        if cheapest is None and waiting(scheduler, group, counts) is None:
            break  # the limit leaves no more to be sure
        if cheapest is None:
            return tuple(max(counts[pool.name], pool.nodes_max + 1) for pool in group.pools)
        counts[cheapest.name] += 1
    return tuple(counts[pool.name] for pool in group.pools)


def _search(scheduler: Scheduler, group: Group, pool: Pool, least: int) -> int:
    """Fewest nodes that are proven, or fewer still where that was simulated."""
    if scheduler == "Karpenter" and (opened := claimed(group)) is not None:
        return max(least, opened)
    proven = _fewest(group, pool, least)
    if proven is not None and (proven == least or _is_even(group)):
        return proven
    most = pool.nodes_max if proven is None else proven - 1

    def fails(nodes: int) -> bool:
        return waiting(scheduler, group, {pool.name: nodes}) is not None

    if least > pool.nodes_max or not fails(least):
        return least
    low, high, step = least, least, 1
    while fails(high):
        if high >= most:
            return pool.nodes_max + 1 if proven is None else proven
        low, high, step = high, min(most, high + step), step * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fails(middle) else (low, middle)
    return high


def _is_even(group: Group) -> bool:
    """Whether the plan relies on sums alone: simulating fewer nodes would find none."""
    return any(guest.even and guest.demand.hosts != "must" for guest in group.guests)


def _fewest(group: Group, pool: Pool, least: int) -> int | None:
    """Fewest nodes, from the least upwards, for which no order can fail; None where the limit does not prove it.

    More nodes hold smaller shares, so what is proven for some is proven for more.
    """
    low, high = least, pool.nodes_max
    if least <= high and any_order_fits(group, {pool.name: least}):
        return least
    if least > high or not any_order_fits(group, {pool.name: high}):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if any_order_fits(group, {pool.name: middle}) else (middle, high)
    return high


def _least(pool: Pool, group: Group) -> int:
    """Nodes that the guests of this pool alone need in sum; 0 where they may also sit elsewhere."""
    own = [guest for guest in group.guests if guest.pools == {pool.name}]
    totals = [sum(guest.pods * guest.demand.needs[kind] for guest in own) for kind in range(len(pool.room))]
    in_sum = [-(-total // room) for total, room in zip(totals, pool.room, strict=True) if total]
    return max([*in_sum, reserve(pool, own)])


def _orders(scheduler: Scheduler, group: Group) -> Iterator[tuple[str, Sequence[Demand], Dice]]:
    """The arrival orders: smallest first (mostly the worst), largest first, as Deployments are made, and shuffled."""
    large = [pod for at in largest_first(group) for pod in _pods(group.guests[at])]
    if scheduler != "Karpenter":
        yield "smallest first", large[::-1], Dice(1)
    yield "largest first", large, Dice(0)
    if scheduler == "Karpenter":
        return
    named = [pod for guest in group.guests for pod in _pods(guest)]
    yield "by name", named, Dice(2)
    for seed in range(SHUFFLES):
        yield "in random order", Dice(seed + 3).shuffle(named), Dice(seed + 103)


def _pods(guest: Guest) -> list[Demand]:
    return [guest.as_seen] * guest.pods
