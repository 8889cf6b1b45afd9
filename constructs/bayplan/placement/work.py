"""How much work the solver may do, and how a person stops it.

Every question to the solver goes through `run`. It counts deterministic seconds (work, not time), so that a limit gives
the same plan on a slow machine as on a fast one.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ortools.sat.python.cp_model import CpModel, CpSolver, CpSolverSolutionCallback, CpSolverStatus

LEAST = 1e-3
"""Deterministic seconds that a question gets when nothing is left: enough to see what is plain."""

_left: ContextVar[float | None] = ContextVar("left", default=None)


@contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """All questions asked within do so much work together at the most; None for no limit but their own."""
    before = _left.set(seconds)
    try:
        yield
    finally:
        _left.reset(before)


def left() -> float:
    """Deterministic seconds that are left of the limit; no end where there is none."""
    seconds = _left.get()
    return float("inf") if seconds is None else max(LEAST, seconds)


def is_spent() -> bool:
    """Whether the limit is reached: who would start another round can stop."""
    left = _left.get()
    return left is not None and left <= 0


def spend(seconds: float) -> None:
    """Count work that was done elsewhere: simulations, by what they take on any machine and not by a clock."""
    left = _left.get()
    if left is not None:
        _left.set(left - seconds)


def run(solver: CpSolver, model: CpModel, found: CpSolverSolutionCallback | None = None) -> CpSolverStatus:
    """Ask the solver, within what is left of the limit; ctrl-C ends it at once, as KeyboardInterrupt.

    `found` is told of every answer on the way.

    Left to itself, CP-SAT takes ctrl-C for the end of its time: it answers with what it has found so far, and that
    would be written as if it had been decided. So it searches beside the main thread, which hears the interruption.
    """
    left = _left.get()
    if left is not None:
        own = solver.parameters.max_deterministic_time
        solver.parameters.max_deterministic_time = max(LEAST, min(own, left))
    solver.parameters.catch_sigint_signal = False
    status = _beside(solver, model, found)
    if left is not None:
        _left.set(left - solver.response_proto.deterministic_time)
    return status


def _beside(solver: CpSolver, model: CpModel, found: CpSolverSolutionCallback | None) -> CpSolverStatus:
    answers: list[CpSolverStatus] = []
    failures: list[BaseException] = []
    ended = Event()  # a join that is interrupted takes the thread for ended, and Python would leave before the solver

    def search() -> None:
        try:
            answers.append(solver.solve(model, found))
        except BaseException as failure:  # noqa: BLE001 - raised again below, where it belongs
            failures.append(failure)
        finally:
            ended.set()

    Thread(target=search, name="solver", daemon=True).start()
    try:
        ended.wait()
    except BaseException:
        while not ended.wait(0.05):  # a search that has not quite begun does not hear it
            solver.stop_search()
        raise
    if failures:
        raise failures[0]
    return answers[0]
