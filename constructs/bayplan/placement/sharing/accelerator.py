"""What is best put together on one accelerator, at given gains: a knapsack over thousandths."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from bayplan.placement.sharing.question import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOTHING = 1e-9
"""Gains up to this are rounding."""


class Share(NamedTuple):
    """A claim on part of an accelerator."""

    claim: int
    milli: int
    copies: int
    gain: float


class Accelerator:
    """The best sets of shares for every part of an accelerator."""

    def __init__(self, shares: Sequence[Share]) -> None:
        self._shares = [share for share in shares if share.gain > NOTHING and share.copies]
        self._unit = math.gcd(WHOLE, *(share.milli for share in self._shares))
        self._steps: list[tuple[int, int, int, list[bool]]] = []
        self._best = [0.0] * (WHOLE // self._unit + 1)
        for share in self._shares:
            for copies in _powers(min(share.copies, WHOLE // share.milli)):
                self._offer(share, copies)

    @property
    def gain(self) -> float:
        """Of the best set on a whole accelerator."""
        return self._best[-1]

    def above(self, least: float) -> Iterator[tuple[tuple[int, int], ...]]:
        """For each share the best set that it is part of, where that gains more: claims and counts, sorted."""
        for share in self._shares:
            rest = (WHOLE - share.milli) // self._unit
            if share.gain + self._best[rest] <= least + NOTHING:
                continue
            pods = self._pods(rest)
            pods[share.claim] = pods.get(share.claim, 0) + 1
            if pods[share.claim] <= share.copies:
                yield tuple(sorted(pods.items()))

    def _offer(self, share: Share, copies: int) -> None:
        """Let some copies of a share into every set that they improve."""
        size = copies * share.milli // self._unit
        gain = copies * share.gain
        old = self._best
        moved = [value + gain for value in old[: len(old) - size]]
        taken = [False] * size + [new > before + NOTHING for new, before in zip(moved, old[size:], strict=True)]
        if any(taken):
            pairs = zip(moved, old[size:], taken[size:], strict=True)
            self._best = [*old[:size], *(new if take else before for new, before, take in pairs)]
            self._steps.append((share.claim, copies, size, taken))

    def _pods(self, part: int) -> dict[int, int]:
        """The set behind the best gain for a part."""
        pods: dict[int, int] = {}
        for claim, copies, size, taken in reversed(self._steps):
            if taken[part]:
                pods[claim] = pods.get(claim, 0) + copies
                part -= size
        return pods


def _powers(copies: int) -> Iterator[int]:
    """Numbers whose sums give every number up to that of the copies."""
    power = 1
    while copies > 0:
        yield min(power, copies)
        copies -= power
        power *= 2
