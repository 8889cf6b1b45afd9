"""Effort that is the same on every machine: work is counted, no clock is read."""

from __future__ import annotations

from dataclasses import dataclass

SIMPLEX_STEP = 1.5e-8
"""Of one iteration and one row: about seconds on a core of 2024."""
SOLVER_TICK = 2.0
"""Of one unit of CP-SAT's deterministic time."""


@dataclass(slots=True, kw_only=True)
class Effort:
    """What may be spent, about in seconds, and what is spent."""

    most: float
    spent: float = 0.0

    @property
    def left(self) -> float:
        """What may still be spent."""
        return max(0.0, self.most - self.spent)

    def simplex(self, iterations: int, rows: int) -> None:
        """Count the work of a linear program; setting it up costs too."""
        self.spent += SIMPLEX_STEP * rows * (iterations + 100)

    def search(self, ticks: float) -> None:
        """Count the work of CP-SAT; a model costs something even where there is nothing to search."""
        self.spent += SOLVER_TICK * ticks + 0.003
