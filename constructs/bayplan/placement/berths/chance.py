"""Chance for many at once, the same on every machine: whole numbers only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bayplan.placement.dice import stir

if TYPE_CHECKING:
    from bayplan.placement.berths.cargo import Floats


class Chance:
    """A stream of numbers from a seed (Vigna's SplitMix64)."""

    def __init__(self, seed: int) -> None:
        self._drawn = seed

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, the limit."""
        return int(self.many(1)[0] * limit)

    def many(self, count: int) -> Floats:
        """Numbers from 0 up to, not including, 1."""
        numbers = np.arange(self._drawn + 1, self._drawn + count + 1, dtype=np.uint64)
        self._drawn += count
        return (stir(numbers) >> np.uint64(11)).astype(np.float64) / float(2**53)

    def pick(self, weights: Floats, count: int) -> list[int]:
        """Places, none twice, the heavier the likelier (Efraimidis and Spirakis, by exponents without logarithms)."""
        keys = weights / np.maximum(self.many(len(weights)), 1e-12)
        order = np.argsort(-keys, kind="stable")
        return [int(at) for at in order[:count]]
