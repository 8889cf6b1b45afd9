"""Pools whose nodes are filled together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bayplan.placement.plan import Seat
    from bayplan.placement.problem import Demand, Level, Pool, Problem
    from bayplan.placement.scheduler import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A workload in a group of pools, with the pods that must find room there."""

    demand: Demand
    pools: frozenset[str]
    pods: int
    zone: str = ""
    """The only zone where its pods may run; "" for all of them."""
    even: bool = False
    """Whether no node may hold two pods more of it than another: asked for by the workload, or by the plan."""

    @property
    def as_seen(self) -> Demand:
        """As the scheduler sees its pods: what the plan holds evenly carries a constraint of its own."""
        return replace(self.demand, hosts="must") if self.even else self.demand

    def may_use(self, node: Node) -> bool:
        """Whether its pods' affinity lets them onto a node."""
        return node.pool in self.pools and self.zone in ("", node.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Pools whose nodes are filled together, because a workload was split over them; mostly a single pool."""

    pools: tuple[Pool, ...]
    guests: tuple[Guest, ...]
    """Sorted by workload."""


def groups(problem: Problem, seats: Sequence[Seat], level: Level) -> list[Group]:
    """The pools, put together where a workload spans several, each with its guests."""
    parts: dict[str, list[Seat]] = defaultdict(list)
    for seat in seats:
        parts[seat.workload].append(seat)
    guests = {
        demand.workload: _guest(demand, parts[demand.workload], level)
        for demand in problem.demands
        if demand.workload in parts
    }
    joined = _join([pool.name for pool in problem.pools], (guest.pools for guest in guests.values()))
    inside: dict[str, list[Guest]] = defaultdict(list)
    for guest in guests.values():
        inside[joined[min(guest.pools)]].append(guest)
    members: dict[str, list[Pool]] = defaultdict(list)
    for pool in problem.pools:
        members[joined[pool.name]].append(pool)
    return [Group(pools=tuple(members[name]), guests=tuple(inside[name])) for name in sorted(members)]


def _guest(demand: Demand, parts: Sequence[Seat], level: Level) -> Guest:
    running = sum(seat.pods(level) for seat in parts)
    return Guest(
        demand=demand,
        pools=frozenset(seat.pool for seat in parts),
        zone=parts[0].zone,
        pods=running + len(parts) * demand.spare(level),
        even=demand.hosts == "must" or any(seat.even for seat in parts),
    )


def _join(names: Sequence[str], together: Iterable[frozenset[str]]) -> Mapping[str, str]:
    """For each pool the name of its group: the first of its pools by name."""
    above = {name: name for name in names}

    def top(name: str) -> str:
        while above[name] != name:
            above[name] = name = above[above[name]]
        return name

    for pools in together:
        first, *others = sorted(pools)
        for other in others:
            one, two = sorted((top(first), top(other)))
            above[two] = one
    return {name: top(name) for name in names}
