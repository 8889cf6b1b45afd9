"""A smallest part of a question that has no answer: leave out one thing more, and it has one.

Leaving out one after the other would ask the solver thousands of times, so parts are left out by halves (QuickXplain):
for k culprits among n, about k x log(n / k) questions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
QUESTIONS = 200
"""Asked at the most; what is found then conflicts, but may not be the smallest."""


class Patience(Generic[T]):
    """Counts the questions to the solver, and answers the rest with "who knows"."""

    def __init__(self, fits: Callable[[Sequence[T]], bool], questions: int = QUESTIONS) -> None:
        self._fits, self.left = fits, questions

    def fits(self, parts: Sequence[T]) -> bool:
        """Whether they have an answer together; also where that is not known, for only what is proven is left out."""
        if self.left <= 0:
            return True
        self.left -= 1
        return self._fits(parts)


def smallest(parts: Sequence[T], patience: Patience[T]) -> list[T]:
    """Of parts that do not fit together: some that do not either, all of them needed, early ones preferred.

    None at all where not even nothing fits.
    """
    return _needed([], [], list(parts), patience) if patience.fits([]) else []


def _needed(given: list[T], added: list[T], parts: list[T], patience: Patience[T]) -> list[T]:
    """Of the parts those that are needed beside what is given; `added` was given last."""
    if added and not patience.fits(given):
        return []
    if len(parts) <= 1:
        return parts
    half = len(parts) // 2
    first, second = parts[:half], parts[half:]
    of_second = _needed([*given, *first], first, second, patience)
    of_first = _needed([*given, *of_second], of_second, first, patience)
    return [*of_first, *of_second]
