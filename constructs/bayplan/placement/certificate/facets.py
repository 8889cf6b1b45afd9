"""Ways to measure a node: sums that no pattern can exceed.

A resource as it is, its room cut to the largest sum that pods can reach; and each resource in whole halves, thirds and
quarters, because of pods that take more than half of a node there is only one. Both hold for every pattern, so that a
proof may price them like CPU and memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from math import gcd
from typing import TYPE_CHECKING

from bayplan.placement.certificate.classes import most_on

if TYPE_CHECKING:
    from bayplan.placement.certificate.classes import Question

PARTS = (1, 2, 3)
"""Pods counted in halves, thirds and quarters, rounded down; finer ones gain next to nothing."""
FINEST = 4096
"""Steps of a room up to which reachable sums are worth the time to find them."""
COUNTED = 16
"""Units of a resource up to which every count is told apart: accelerators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One sum over the pods of a node of a kind, and the most that it can be."""

    column: tuple[int, ...]
    """What one pod of each shape of the kind adds, in the order of the kind's shapes."""
    room: int
    resource: int | None = None
    """The resource that it is, told in steps."""
    step: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """All that a proof needs to know of one kind of node."""

    facets: tuple[Facet, ...]
    most: tuple[int, ...]
    """Pods of each of its shapes on an otherwise empty node."""
    counts: tuple[int, ...]
    """What a pod of each shape takes of the counted resource."""
    total: int
    """Of the counted resource; 0 where there is none that matters."""


def measure(question: Question) -> tuple[Measure, ...]:
    """Measure every kind of node."""
    return tuple(_measure(question, number) for number in range(len(question.kinds)))


def _measure(question: Question, number: int) -> Measure:
    kind = question.kinds[number]
    shapes = [question.shapes[shape] for shape in kind.shapes]
    most = tuple(most_on(shape, kind) for shape in shapes)
    facets: list[Facet] = []
    counted: tuple[int, tuple[int, ...]] | None = None
    for dimension, room in enumerate(kind.room):
        needs = tuple(shape.needs[dimension] for shape in shapes)
        step = reduce(gcd, needs, 0)
        if not step:
            continue
        column = tuple(need // step for need in needs)
        steps = _reachable(column, most, room // step)
        facets.append(Facet(column=column, room=steps, resource=dimension, step=step))
        facets.extend(_in_parts(column, steps))
        if max(column) > 1 and steps <= COUNTED and (counted is None or steps < counted[0]):
            counted = (steps, column)
    total, counts = counted or (0, (0,) * len(shapes))
    return Measure(facets=tuple(facets), most=most, counts=counts, total=total)


def _in_parts(column: tuple[int, ...], room: int) -> list[Facet]:
    """The resource in whole parts of the room: rounding down never makes a sum larger."""
    facets = [
        Facet(column=tuple((parts + 1) * steps // (room + 1) for steps in column), room=parts)
        for parts in PARTS
        if parts < room
    ]
    return [facet for facet in facets if any(facet.column)]


def _reachable(column: tuple[int, ...], most: tuple[int, ...], room: int) -> int:
    """The largest sum of pods up to the room; the room itself where that would take long to find."""
    if room > FINEST:
        return room
    reached, mask = 1, (1 << (room + 1)) - 1
    for steps, pods in sorted(zip(column, most, strict=True), reverse=True):
        left, lot = pods if steps else 0, 1
        while left:
            lot = min(lot, left)
            reached |= (reached << steps * lot) & mask
            left, lot = left - lot, lot * 2
        if reached >> room & 1:
            return room
    return reached.bit_length() - 1
