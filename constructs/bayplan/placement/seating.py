"""Who sits on which node: one arrival of all pods, as the cluster's scheduler would seat them; for pictures.

The node counts of a plan hold in every arrival order; the seats on single nodes do not, so this is an example: pods
come workload by workload, in the order of their names.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import cycle
from typing import TYPE_CHECKING

from bayplan.placement.dice import Dice
from bayplan.placement.groups import groups
from bayplan.placement.scheduler import Node, seat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.placement.demand import Demand
    from bayplan.placement.groups import Group
    from bayplan.placement.plan import Plan, Seat
    from bayplan.placement.problem import Problem
    from bayplan.placement.terms import Amounts, Level

MOST_STEPS = 20_000_000
"""Pods times nodes of one pool: a simulation of more takes minutes, and nobody could read the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Nodes of one pool that hold the same pods."""

    number: int
    zones: tuple[str, ...]
    """Where they stand, sorted."""
    held: tuple[tuple[str, int], ...]
    """Workloads and their pods on each of the nodes, sorted; empty for idle nodes."""
    used: Amounts


def seating(problem: Problem, plan: Plan, level: Level) -> dict[str, tuple[Alike, ...]] | None:
    """By pool: its nodes, those that are alike put together, the fullest first. None where there are too many."""
    filled: dict[str, tuple[Alike, ...]] = {}
    bays = {bay.pool: bay.nodes_min if level == "min" else bay.nodes_max for bay in plan.bays}
    for group in groups(problem, [_running(one, level) for one in plan.seats], "min"):
        counts = {pool.name: bays.get(pool.name, 0) for pool in group.pools}
        if sum(counts.values()) * sum(guest.pods for guest in group.guests) > MOST_STEPS:
            return None
        nodes = _fill(problem, group, counts)
        for pool in group.pools:
            filled[pool.name] = tuple(_alike([node for node in nodes if node.pool == pool.name]))
    return filled


def _running(one: Seat, level: Level) -> Seat:
    """The pods of a level as if they were those of the minimum: groups add a rollout's pods at the maximum."""
    return one if level == "min" else replace(one, pods_min=one.pods_max)


def _fill(problem: Problem, group: Group, counts: dict[str, int]) -> list[Node]:
    nodes = [
        Node(pool=pool.name, zone=zone, room=pool.room, used=(0,) * len(pool.room))
        for pool in group.pools
        for _, zone in zip(range(counts[pool.name]), cycle(pool.zones), strict=False)
    ]
    allowed: dict[str, Sequence[Node]] = {
        guest.demand.workload: [node for node in nodes if node.pool in guest.pools and guest.zone in ("", node.zone)]
        for guest in group.guests
    }
    pods: list[Demand] = []
    for guest in group.guests:
        pods += [replace(guest.demand, hosts="must") if guest.even else guest.demand] * guest.pods
    seat(pods, allowed, problem.scheduler, Dice(0))
    return nodes


def _alike(nodes: Sequence[Node]) -> Iterator[Alike]:
    zones: dict[tuple[tuple[str, int], ...], Counter[str]] = {}
    used: dict[tuple[tuple[str, int], ...], Amounts] = {}
    for node in nodes:
        held = tuple(sorted(node.held.items()))
        zones.setdefault(held, Counter())[node.zone] += 1
        used[held] = node.used
    fullest = sorted(zones, key=lambda held: (tuple(-taken for taken in used[held]), held))
    for held in sorted(fullest, key=lambda held: not held):
        yield Alike(number=zones[held].total(), zones=tuple(sorted(zones[held])), held=held, used=used[held])
