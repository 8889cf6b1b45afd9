"""Chance that comes out the same everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.problem import Demand

    Numbers = np.ndarray[Any, np.dtype[np.uint64]]


def stir(numbers: Numbers) -> Numbers:
    """For each number another whose high bits look random, the same everywhere (Vigna's SplitMix64, but its end)."""
    mixed = numbers * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)


def mix(numbers: Numbers) -> Numbers:
    """The same with all bits looking random."""
    stirred = stir(numbers)
    return stirred ^ (stirred >> np.uint64(31))


class Dice:
    """Repeatable chance, the same in every version of Python (Knuth's MMIX generator)."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, the limit."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % limit

    def shuffle(self, items: Sequence[Demand]) -> list[Demand]:
        """The items in another order."""
        shuffled = list(items)
        for last in range(len(shuffled) - 1, 0, -1):
            other = self.below(last + 1)
            shuffled[last], shuffled[other] = shuffled[other], shuffled[last]
        return shuffled
