"""Workloads that can only be seated together: those that are near each other, and the parts of one load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.placement.demand import Demand
    from bayplan.placement.problem import Choice, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A demand, with pods for both ends of the load."""

    demand: Demand
    pods_min: int
    pods_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Who sits in one pool or nowhere, in one of several ways."""

    ways: tuple[tuple[Member, ...], ...]

    @property
    def name(self) -> str:
        """The first member's."""
        return self.ways[0][0].demand.workload

    @property
    def size(self) -> tuple[bool, int, int, int, str]:
        """The larger, the harder to seat; who may wait comes last."""
        demands = [member.demand for member in self.ways[0]]
        most = max((one.accelerators, one.cpu_millicores, one.memory_mib) for one in demands)
        return (not any(one.may_wait for one in demands), *most, self.name)


def units(problem: Problem) -> list[Unit]:
    """All units, the largest first. A load is carried by one kind of pods: each that may carry all of it is a way."""
    made = [Unit(ways=(tuple(map(_whole, group)),)) for group in _groups(problem)]
    made += [Unit(ways=ways) for choice in problem.choices if (ways := _ways(problem, choice))]
    return sorted(made, key=lambda unit: unit.size, reverse=True)


def _whole(demand: Demand) -> Member:
    return Member(demand=demand, pods_min=demand.pods_min, pods_max=demand.pods_max)


def _ways(problem: Problem, choice: Choice) -> tuple[tuple[Member, ...], ...]:
    ways = []
    for option in choice.options:
        demand = problem.demand(option.demand)
        if demand is not None and option.most_percent == 100:
            low, high = (-(-load // option.throughput) for load in (choice.load_min, choice.load_max))
            ways.append((Member(demand=demand, pods_min=low, pods_max=high),))
    return tuple(ways)


def _groups(problem: Problem) -> list[list[Demand]]:
    """Demands that are near each other, directly or through others."""
    above = {demand.workload: demand.workload for demand in problem.demands if not demand.elastic}

    def top(name: str) -> str:
        while above[name] != name:
            name = above[name]
        return name

    for demand in problem.demands:
        for other in demand.near:
            if demand.workload in above and other in above:
                above[max(top(demand.workload), top(other))] = min(top(demand.workload), top(other))
    groups: dict[str, list[Demand]] = {}
    for demand in problem.demands:
        if demand.workload in above:
            groups.setdefault(top(demand.workload), []).append(demand)
    return list(groups.values())
