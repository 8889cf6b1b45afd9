"""In which orders the pods of a group are let arrive: some that are telling, then as many at random as are wanted."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from bayplan.placement.arrivals import Array, Cast, first_left
from bayplan.placement.dice import mix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.groups import Group, Guest
    from bayplan.placement.problem import Scheduler
    from bayplan.placement.scheduler import Node

TELLING = ("smallest first", "largest first", "by name")
"""The first is mostly the worst, the last is how Deployments are made."""
AT_ONCE = (8, 20, 64)
"""Orders up to which they are asked together: most counts that are too small fail in the first few."""
STEPS = 40_000_000
"""Pods times nodes times orders, about: a few seconds."""


def left_out(
    scheduler: Scheduler, group: Group, nodes: Sequence[Node], shuffles: int, *, least: int
) -> tuple[str, str] | None:
    """A workload with a pod that finds no node, and in which order; None where everybody sits in every order.

    There are fewer shuffles where they would take too long, but `least` at the least.
    """
    demands = [guest.as_seen for guest in group.guests]
    allowed = [[guest.may_use(node) for node in nodes] for guest in group.guests]
    cast = Cast(scheduler, demands, nodes, np.array(allowed, dtype=bool))
    named = np.repeat(np.arange(len(demands)), [guest.pods for guest in group.guests])
    if not named.size:
        return None
    if not nodes:
        return demands[int(named[0])].workload, TELLING[0]
    orders = min(shuffles, max(least, STEPS // (named.size * len(nodes)))) + len(TELLING)
    for first, end in pairwise(sorted({0, orders, *(number for number in AT_ONCE if number < orders)})):
        rows = np.array([_row(group, named, number) for number in range(first, end)])
        if (found := first_left(cast, rows, first)) is not None:
            row, guest = found
            number = first + row
            return demands[guest].workload, TELLING[number] if number < len(TELLING) else "in random order"
    return None


def largest_first(group: Group) -> list[int]:
    """Places of the guests, those before that take the most of a node."""
    room = group.pools[0].room

    def share(guest: Guest) -> int:
        return max(need * 10**6 // max(size, 1) for need, size in zip(guest.demand.needs, room, strict=True))

    places = range(len(group.guests))
    return sorted(places, key=lambda at: (-share(group.guests[at]), group.guests[at].demand.workload))


def _row(group: Group, named: Array, number: int) -> Array:
    """One order: places of guests, one for each pod."""
    if number < 2:
        ranked = largest_first(group)
        large = np.repeat(ranked, [group.guests[at].pods for at in ranked])
        return large if number else large[::-1]
    if number == len(TELLING) - 1:
        return named
    keys = mix(np.arange(len(named), dtype=np.uint64) + np.uint64((number + 1) << 32))
    return named[keys.argsort(kind="stable")]
