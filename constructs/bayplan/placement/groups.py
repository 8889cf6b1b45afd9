"""Pools whose nodes are filled together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.placement.plan import Seat
    from bayplan.placement.problem import Demand, Level, Pool, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A workload in a group of pools, with the pods that must find room there."""

    demand: Demand
    pools: frozenset[str]
    pods: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Pools whose nodes are filled together, because a workload was split over them; mostly a single pool."""

    pools: tuple[Pool, ...]
    guests: tuple[Guest, ...]
    """Sorted by workload."""


def groups(problem: Problem, seats: Sequence[Seat], level: Level) -> list[Group]:
    """The pools, put together where a workload spans several, each with its guests."""
    pools_of: dict[str, set[str]] = {}
    pods: dict[str, int] = {}
    for one in seats:
        demand = problem.demand(one.workload)
        if demand is None:
            continue
        pools_of.setdefault(one.workload, set()).add(one.pool)
        running = one.pods_min if level == "min" else one.pods_max
        pods[one.workload] = pods.get(one.workload, 0) + running + demand.spare(level)
    joined = _join([pool.name for pool in problem.pools], pools_of)
    guests = [
        Guest(demand=demand, pools=frozenset(pools_of[demand.workload]), pods=pods[demand.workload])
        for demand in problem.demands
        if demand.workload in pods
    ]
    return [
        Group(
            pools=tuple(pool for pool in problem.pools if pool.name in names),
            guests=tuple(guest for guest in guests if guest.pools & names),
        )
        for names in joined
    ]


def _join(names: Sequence[str], pools_of: Mapping[str, set[str]]) -> list[frozenset[str]]:
    joined = [frozenset([name]) for name in names]
    for together in pools_of.values():
        touched = [group for group in joined if group & together]
        joined = [group for group in joined if not group & together]
        if touched:
            joined.append(frozenset().union(*touched))
    return sorted(joined, key=min)
