"""Programs that do the same work, timed in turns."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
"""Python compiles a module once, as it does for a user; some build machines forbid it, and that would be measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """One program in a race, as a user starts it."""

    name: str
    command: Sequence[str | Path]
    fresh: Path | None = None
    """Folder that is removed before each run, outside of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """What both did, `ours` first: seconds of wall time from start to exit, one for each round."""

    title: str
    aim: float
    """The ratio of ours to theirs that we want to stay under."""
    ours: Runner
    theirs: Runner
    rounds: int
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def best(self, runner: Runner) -> float:
        """The least disturbed run."""
        return min(self.seconds[runner.name])

    def median(self, runner: Runner) -> float:
        """The usual run."""
        return statistics.median(self.seconds[runner.name])

    def run(self) -> Race:
        """A warm-up each, then round by round in turns, so that a busy moment of the machine hits both."""
        for runner in (self.ours, self.theirs):
            clock(runner)
        for _ in range(self.rounds):
            for runner in (self.ours, self.theirs):
                self.seconds.setdefault(runner.name, []).append(clock(runner))
        return self


def clock(runner: Runner) -> float:
    """Seconds of one run; RuntimeError with its last words when it fails, for a broken program is no result."""
    if runner.fresh:
        shutil.rmtree(runner.fresh, ignore_errors=True)
    began = time.perf_counter()
    answer = subprocess.run(
        runner.command, capture_output=True, text=True, env=ENVIRONMENT, stdin=subprocess.DEVNULL, check=False
    )
    seconds = time.perf_counter() - began
    if answer.returncode:
        raise RuntimeError(f"{runner.name} ended with {answer.returncode}:\n{(answer.stdout + answer.stderr)[-2000:]}")
    return seconds
