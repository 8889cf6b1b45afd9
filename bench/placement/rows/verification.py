"""A committed plan judged in a process of its own, without the solver."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.placement.engines import realise
from bench.placement.question import problem
from bench.placement.rows.case import each, seconds

from bayplan.placement import lock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.placement.record import Figure
    from bench.placement.rows.case import Case, Measurement

    from bayplan.placement.problem import Scheduler

TITLE = "`verify` in a fresh process"
AIM = "under 1 s at 5,000 workloads, no solver imported"
HEADINGS = ("instance", "judged in s (CPU s)", "whole process, s", "breaches", "solver imported")
SIZES = ((1000, 20), (5000, 20))
SCHEDULER: Scheduler = "LeastAllocated"


def measurements(seed: int, *, quick: bool) -> list[Measurement]:
    """Both mixes."""
    return each(measure, SIZES[:1] if quick else SIZES, seed, SCHEDULER)


def measure(case: Case) -> dict[str, Figure]:
    """Write the lock as `bayplan plan` does, and have it judged."""
    instance = case.instance()
    plan = realise(instance, SCHEDULER).plan
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.lock"
        path.write_text(lock.text(problem(instance, SCHEDULER), plan))
        words = [case.mix, str(case.workloads), str(case.types), str(case.seed), SCHEDULER, str(path)]
        began = time.perf_counter()
        told = subprocess.run(
            [sys.executable, "-m", "bench.placement.fresh_judge", *words], capture_output=True, text=True, check=False
        )
        whole = time.perf_counter() - began
    if told.returncode:
        raise RuntimeError(told.stderr.strip()[-2000:])
    answer = json.loads(told.stdout)
    return {**answer, "process_s": whole}


def cells(figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """Seconds, and whether it was as it should be."""
    return (
        seconds(figures, "judged"),
        seconds(figures, "process"),
        str(figures["breaches"]),
        "yes" if figures["solver_imported"] else "no",
    )
