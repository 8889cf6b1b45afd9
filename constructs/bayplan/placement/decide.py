"""Keep the committed plan while it is true, decide anew when it is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.placement import lock
from bayplan.placement.changes import changes
from bayplan.placement.price import simple_bound
from bayplan.placement.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem
    from bayplan.placement.verify.breach import Breach

MOST_SENTENCES = 12
"""Of one complaint: more changes than that nobody reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The placement of a cluster, and whether it is the committed one."""

    plan: Plan
    kept: bool
    text: str
    """Of the lock file; written by the pipeline when all else went well. Byte for byte as it was where `kept`."""


def decide(problem: Problem, path: Path, *, locked: bool = False, update: bool = False) -> Decision:
    """The committed plan where it still keeps every rule at the price it promised; otherwise a new one near to it.

    A committed plan is kept although a cheaper one may exist by now: `update` looks for it. With `locked` nothing is
    ever solved. Raises BadInput for a lock that cannot be trusted (unless `update` replaces it), for a stale or missing
    one with `locked`, and where the cluster cannot hold what is asked for.
    """
    shown = str(PurePosixPath(problem.file).with_name(path.name)) if problem.file else str(path)
    committed = _committed(problem, path, shown, forgive=update and not locked)
    if committed is not None and not (update and not locked):
        breaches = verify(problem, committed.plan)
        if not breaches:
            plan = _restated(problem, committed)
            return Decision(plan=plan, kept=True, text=lock.text(committed.problem, committed.plan))
        if locked:
            raise BadInput([_stale(problem, committed, breaches, shown)])
    if locked:
        raise BadInput([_missing(problem, shown)])
    return _decide_anew(problem, committed)


def _committed(problem: Problem, path: Path, shown: str, *, forgive: bool) -> lock.Lock | None:
    try:
        committed = lock.load(path, shown=shown)
    except BadInput:
        if forgive:
            return None
        raise
    if committed is not None and committed.plan.cluster != problem.cluster:
        if forgive:
            return None
        what = f"the plan is for cluster {committed.plan.cluster}, not {problem.cluster}"
        raise BadInput([Complaint(file=shown, line=0, what=what, fix=lock.FIX)])
    return committed


def _decide_anew(problem: Problem, committed: lock.Lock | None) -> Decision:
    from bayplan.placement.solve import solve  # noqa: PLC0415 - a kept plan starts no solver

    plan = solve(problem, committed.plan if committed else None)
    kept = committed is not None and committed.plan == plan and not changes(committed.problem, problem)
    return Decision(plan=plan, kept=kept, text=lock.text(problem, plan))


def _restated(problem: Problem, committed: lock.Lock) -> Plan:
    """The plan with a bound that holds today: the recorded one was proven for the recorded problem alone."""
    if not changes(committed.problem, problem):
        return committed.plan
    return replace(committed.plan, bound_min_e4_usd_per_hour=simple_bound(problem))


def _stale(problem: Problem, committed: lock.Lock, breaches: list[Breach], shown: str) -> Complaint:
    said = changes(committed.problem, problem) or [breach.what for breach in breaches]
    listed = said[:MOST_SENTENCES]
    if len(said) > MOST_SENTENCES:
        listed.append(f"and {len(said) - MOST_SENTENCES} more")
    return Complaint(
        file=shown,
        line=0,
        what=f"the committed plan no longer fits: {'; '.join(listed)}",
        fix="Run `bayplan plan` and commit the new lock.",
    )


def _missing(problem: Problem, shown: str) -> Complaint:
    return Complaint(
        file=shown,
        line=0,
        what=f"cluster {problem.cluster} has no committed plan",
        fix="Run `bayplan plan` and commit the file.",
    )
