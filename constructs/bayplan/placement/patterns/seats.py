"""From shapes and kinds back to items and bins."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

from bayplan.placement.patterns.packing import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bayplan.placement.certificate.classes import Question
    from bayplan.placement.patterns.columns import Column
    from bayplan.placement.patterns.packing import Bin, Item


def seat(
    question: Question, items: Sequence[Item], bins: Sequence[Bin], chosen: Mapping[Column, int]
) -> tuple[tuple[Pattern, ...], tuple[tuple[int, int], ...]]:
    """Patterns of items on bins, and items without a seat.

    The pods of a shape are dealt out to its items in turn: each node gets of each at most its share rounded up, which
    keeps limits per node.
    """
    dealers = [
        _Dealer([items[member].count for member in shape.members], in_turn=shape.most < shape.count)
        for shape in question.shapes
    ]
    purses = [_purse(question, bins, kind) for kind in range(len(question.kinds))]
    patterns: dict[tuple[int, tuple[tuple[int, int], ...]], int] = {}
    for (kind, seats), nodes in sorted(chosen.items()):
        for _ in range(nodes):
            dealt: dict[int, int] = {}
            for shape, pods in seats:
                for member, amount in dealers[shape].deal(pods).items():
                    dealt[question.shapes[shape].members[member]] = amount
            key = (next(purses[kind]), tuple(sorted(dealt.items())))
            patterns[key] = patterns.get(key, 0) + 1
    unseated = [
        (member, left)
        for shape, dealer in zip(question.shapes, dealers, strict=True)
        for member, left in zip(shape.members, dealer.left, strict=True)
        if left
    ]
    unseated += [(position, items[position].count) for position in question.misfits]
    told = tuple(Pattern(bin=one, seats=seats, nodes=nodes) for (one, seats), nodes in sorted(patterns.items()))
    return told, tuple(sorted(unseated))


class _Dealer:
    """Deals the pods of a shape to its items: in turn where a node may take only so many of each, else one by one.

    One by one leaves many nodes alike, which is easier to read.
    """

    def __init__(self, left: list[int], *, in_turn: bool) -> None:
        self.left = left
        self.in_turn = in_turn
        self.at = 0

    def deal(self, pods: int) -> dict[int, int]:
        dealt: dict[int, int] = {}
        while pods:
            amount = min(1 if self.in_turn else pods, self.left[self.at])
            if amount:
                self.left[self.at] -= amount
                dealt[self.at] = dealt.get(self.at, 0) + amount
                pods -= amount
            if self.in_turn or not self.left[self.at]:
                self.at = (self.at + 1) % len(self.left)
        return dealt


def _purse(question: Question, bins: Sequence[Bin], number: int) -> Iterator[int]:
    """The bins that nodes of a kind are bought of, one by one; those that must be paid come first."""
    kind = question.kinds[number]
    if bins[kind.members[0]].family is not None:
        return repeat(kind.members[0])
    forced = (repeat(one, bins[one].nodes_min) for one in kind.members)
    spare = (repeat(one, bins[one].nodes_max - bins[one].nodes_min) for one in kind.members)
    return chain.from_iterable([*forced, *spare])
