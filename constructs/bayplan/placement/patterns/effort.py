"""Effort that is the same on every machine: work is counted, no clock is read."""

from __future__ import annotations

from dataclasses import dataclass

SIMPLEX_STEP = 7e-9
"""Of one iteration and one row or variable: about seconds on a core of 2024."""
SIMPLEX_READ = 3e-6
"""Of one row or variable, to set a program up and to read its answer."""
TRIED = 1.5e-6
"""Of one shape that is tried on one node."""
MODEL = 0.004
"""Of one small model of CP-SAT."""
SOLVER_TICK = 2.0
"""Of one unit of CP-SAT's deterministic time."""


@dataclass(slots=True, kw_only=True)
class Effort:
    """What may be spent, about in seconds, and what is spent."""

    most: float
    spent: float = 0.0
    whole: Effort | None = None
    """That of which this is a part."""

    @property
    def left(self) -> float:
        """What may still be spent."""
        return max(0.0, self.most - self.spent)

    def part(self, share: float) -> Effort:
        """A share of what is left; what it spends is spent of the whole."""
        return Effort(most=self.left * share, whole=self)

    def spend(self, amount: float) -> None:
        """Count any work."""
        self.spent += amount
        if self.whole is not None:
            self.whole.spend(amount)

    def simplex(self, iterations: int, rows: int, variables: int) -> None:
        """Count the work of a linear program."""
        self.spend(SIMPLEX_STEP * (rows + variables) * iterations + SIMPLEX_READ * (rows + variables))

    def tried(self, shapes: int) -> None:
        """Count the work of filling nodes greedily."""
        self.spend(TRIED * shapes)

    def search(self, ticks: float) -> None:
        """Count the work of CP-SAT; a model costs something even where there is nothing to search."""
        self.spend(SOLVER_TICK * ticks + MODEL)
