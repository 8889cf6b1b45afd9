"""Patterns: what one node may carry, found by filling it greedily with what is worth most at the moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bayplan.placement.certificate.classes import Question

Column: TypeAlias = tuple[int, tuple[tuple[int, int], ...]]
"""A kind, and how many of which shapes a node of it carries, by shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a pod of each shape and a unit of each resource of each kind are worth at the moment."""

    values: Sequence[float]
    units: Sequence[Sequence[float]]
    """Of each kind: of each resource."""


def fill(
    question: Question, kind: int, order: Iterable[int], left: Sequence[int], seated: Iterable[tuple[int, int]] = ()
) -> Column:
    """Seat as many as fit of one shape after the other, of those that are left, besides those who sit already."""
    rest = list(question.kinds[kind].room)
    seats: dict[int, int] = {}
    for number, pods in seated:
        seats[number] = pods
        rest = [room - pods * need for need, room in zip(question.shapes[number].needs, rest, strict=True)]
    for number in order:
        shape = question.shapes[number]
        most = min(shape.most, left[number]) - seats.get(number, 0)
        for need, room in zip(shape.needs, rest, strict=True):
            if need and need * most > room:
                most = room // need
                if not most:
                    break
        if most > 0:
            seats[number] = seats.get(number, 0) + most
            rest = [room - most * need for need, room in zip(shape.needs, rest, strict=True)]
    return kind, tuple(sorted(seats.items()))


def orders(question: Question, kind: int, prices: Prices, left: Sequence[int]) -> Iterator[list[int]]:
    """Orders in which to try the shapes: by what they gain, by what they are worth for the room that they take."""
    room = question.kinds[kind].room
    units = prices.units[kind]
    shapes = [number for number in question.kinds[kind].shapes if left[number] and prices.values[number] > 0]
    worth = {number: prices.values[number] for number in shapes}
    costs, sizes, shares = {}, {}, {}
    for number in shapes:
        needs = question.shapes[number].needs
        costs[number] = sum(need * unit for need, unit in zip(needs, units, strict=True))
        parts = [need / most for need, most in zip(needs, room, strict=True) if need]
        sizes[number] = max(parts, default=0.0)
        shares[number] = sum(parts)
    yield sorted(shapes, key=lambda one: (costs[one] - worth[one], -sizes[one]))
    yield sorted(shapes, key=lambda one: (-worth[one] / (costs[one] + 1e-9), -sizes[one]))
    yield sorted(shapes, key=lambda one: (-worth[one] / (shares[one] + 1e-9), -sizes[one]))
    yield sorted(shapes, key=lambda one: (-worth[one] / (sizes[one] + 1e-9), -sizes[one]))
    yield sorted(shapes, key=lambda one: (round((costs[one] - worth[one]) / (worth[one] + 1e-9), 2), -sizes[one]))


def worth_of(prices: Sequence[float], column: Column) -> float:
    """What the pods of a pattern are worth."""
    return sum(prices[number] * pods for number, pods in column[1])
