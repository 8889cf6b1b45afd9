"""Who sits on which node: one arrival of all pods, as the cluster's scheduler would seat them; for pictures.

The node counts of a plan hold in every arrival order; the seats on single nodes do not, so this is an example: pods
come workload by workload, in the order of their names.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayplan.placement.dice import Dice
from bayplan.placement.empty_nodes import build, open_to
from bayplan.placement.groups import groups
from bayplan.placement.scheduler import seat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.placement.groups import Group
    from bayplan.placement.plan import Plan, Seat
    from bayplan.placement.problem import Problem
    from bayplan.placement.scheduler import Node
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
    for group in groups(problem, [_running(one, level) for one in plan.seats], "min"):
        counts = {pool.name: plan.nodes.get((pool.name, level), 0) for pool in group.pools}
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
    nodes = build(group, counts)
    pods = [guest.as_seen for guest in group.guests for _ in range(guest.pods)]
    seat(pods, open_to(group, nodes), problem.scheduler, Dice(0))
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
