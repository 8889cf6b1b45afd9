"""What is answered: which bundles of pods each node takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.placement.sharing.ceiling import Prices
    from bayplan.placement.sharing.question import Bundle, Question


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Filling:
    """Nodes of one host that are filled alike."""

    host: int
    bundles: tuple[Bundle, ...]
    """Sorted; each has accelerators of its own."""
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """Who sits where, and what no seating can be worth more than."""

    fillings: tuple[Filling, ...]
    """Sorted; nodes that stay empty are left out."""
    weight: int
    """Of all pods that sit."""
    ceiling: int
    """No seating has more weight; what `prices` prove."""
    prices: Prices

    def seated(self, question: Question) -> tuple[int, ...]:
        """Pods that sit, of each claim."""
        counted: Counter[int] = Counter()
        for filling in self.fillings:
            for _, pods in filling.bundles:
                for claim, count in pods:
                    counted[claim] += count * filling.nodes
        return tuple(counted[claim] for claim in range(len(question.claims)))
