"""Seconds, and the work behind them: on a machine that does other things too, seconds alone say little."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What something took."""

    seconds: float
    cpu_seconds: float
    """Of all cores, user and system."""

    def figures(self, name: str) -> dict[str, float]:
        """Under this name."""
        return {f"{name}_s": round(self.seconds, 3), f"{name}_cpu_s": round(self.cpu_seconds, 3)}


@dataclass(slots=True)
class Stopwatch:
    """Runs from the moment it is made; of this process alone."""

    _began: float = field(default_factory=time.perf_counter)
    _worked: float = field(default_factory=time.process_time)

    def stop(self) -> Spent:
        """How long it was until now."""
        return Spent(seconds=time.perf_counter() - self._began, cpu_seconds=time.process_time() - self._worked)
