"""The part of a problem that packing alone decides: which pods, on which nodes, at what price.

For the bound, every policy between workloads is left out: what costs at least so much without them costs it with them.
For the witness, pools where such a policy is at work stay as the plan has them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayplan.placement.constraints import eligible
from bayplan.placement.patterns.packing import Bin, Item

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.terms import Amounts, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingQuestion:
    """What is to be packed; equal workloads are one item, named after the first of them."""

    items: tuple[Item, ...]
    bins: tuple[Bin, ...]
    """Sorted by name."""


def pose_bound(problem: Problem, level: Level, seated: Collection[str]) -> PackingQuestion:
    """Everybody who sits, anywhere where no policy of its own forbids it; parts of a choice may be replaced by others.

    `seated` are the workloads that have a seat: who may wait, and does, costs nothing.
    """
    demands = [demand for demand in problem.demands if demand.workload in seated and not demand.elastic]
    return PackingQuestion(items=_items(problem, demands, problem.pools, level), bins=_bins(problem.pools))


def pose_witness(problem: Problem, plan: Plan, level: Level) -> PackingQuestion:
    """The pools that are filled freely, and who sits there: all others are kept as they are."""
    kept = kept_pools(problem, plan)
    used: dict[str, int] = defaultdict(int)
    for pool in problem.pools:
        used[pool.limits] += plan.nodes[pool.name, level] if pool.name in kept else 0
    free = tuple(_less(pool, used[pool.limits]) for pool in problem.pools if pool.name not in kept)
    homes = plan.homes
    demands = [one for one in problem.demands if one.workload in homes and not kept.intersection(homes[one.workload])]
    return PackingQuestion(items=_items(problem, demands, free, level), bins=_bins(free))


def kept_pools(problem: Problem, plan: Plan) -> frozenset[str]:
    """Pools where somebody sits who depends on others, on zones, or on whose account the nodes are."""
    bound_teams = {quota.team for quota in problem.quotas}
    laden = {
        demand.workload for demand in problem.demands if demand.is_bound or demand.team in bound_teams
    } | problem.named
    if "" in bound_teams:
        return frozenset(pool.name for pool in problem.pools)
    return frozenset(seat.pool for seat in plan.seats if seat.workload in laden)


def _less(pool: Pool, used: int) -> Pool:
    return replace(pool, nodes_min=max(0, pool.nodes_min - used), nodes_max=max(0, pool.nodes_max - used))


def _items(problem: Problem, demands: Iterable[Demand], pools: tuple[Pool, ...], level: Level) -> tuple[Item, ...]:
    position = {pool.name: number for number, pool in enumerate(pools)}
    numbers: dict[tuple[int, ...], int] = {}
    set_of: dict[int, int] = {}
    alike: dict[tuple[Amounts, int], list[Demand]] = defaultdict(list)
    for demand in demands:
        may = eligible(problem, demand)  # the same object for all who may go to the same pools: looked at once
        if id(may) not in set_of:
            bins = tuple(position[pool.name] for pool in may if pool.name in position)
            set_of[id(may)] = numbers.setdefault(bins, len(numbers))
        alike[demand.needs, set_of[id(may)]].append(demand)
    sets = list(numbers)
    counts = {key: sum(one.pods(level) + one.spare(level) for one in members) for key, members in alike.items()}
    items = (
        Item(name=members[0].workload, needs=needs, count=counts[needs, number], bins=sets[number])
        for (needs, number), members in alike.items()
        if counts[needs, number]
    )
    return tuple(sorted(items, key=lambda item: item.name))


def _bins(pools: Iterable[Pool]) -> tuple[Bin, ...]:
    return tuple(
        Bin(
            name=pool.name,
            room=pool.room,
            price=pool.e4_usd_per_hour,
            nodes_min=pool.nodes_min,
            nodes_max=pool.nodes_max,
            family=pool.family or None,
        )
        for pool in pools
    )
