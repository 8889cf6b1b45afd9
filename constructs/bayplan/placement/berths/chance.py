"""Chance for many at once, the same on every machine: whole numbers only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bayplan.placement.berths.cargo import Floats

STEP = 0x9E3779B97F4A7C15
WORD = 2**64


class Chance:
    """A stream of numbers from a seed (Vigna's splitmix64)."""

    def __init__(self, seed: int) -> None:
        self._at = seed * STEP % WORD

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, the limit."""
        return int(self.many(1)[0] * limit)

    def many(self, count: int) -> Floats:
        """Numbers from 0 up to, not including, 1."""
        mixed = np.uint64(self._at) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(STEP)
        self._at = (self._at + count * STEP) % WORD
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return (mixed >> np.uint64(11)).astype(np.float64) / float(2**53)

    def pick(self, weights: Floats, count: int) -> list[int]:
        """Places, none twice, the heavier the likelier (Efraimidis and Spirakis, by exponents without logarithms)."""
        keys = weights / np.maximum(self.many(len(weights)), 1e-12)
        order = np.argsort(-keys, kind="stable")
        return [int(at) for at in order[:count]]
