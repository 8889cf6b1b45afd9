"""The committed plan of a cluster, judged by today's question: trusted, and still true?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.placement import lock
from bayplan.placement.changes import changes
from bayplan.placement.magnitude import check
from bayplan.placement.price import simple_bound
from bayplan.placement.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem
    from bayplan.placement.verify.breach import Breach

NAMES = re.compile(r"[\w.@-]+(?:/[\w.@-]+)?")
"""Words of a sentence that can be the name of a workload or a pool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A rule that the committed plan breaks today, and whose line that is."""

    rule: str
    """Name of the constraint's file."""
    what: str
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be said of a committed plan without a solver."""

    cluster: str
    plan: Plan
    """As it was committed, with a bound that holds for today's question."""
    asked: tuple[str, ...]
    """What is asked for or offered otherwise since it was decided."""
    broken: tuple[Broken, ...]
    """Empty where it keeps every rule."""


def judge(problem: Problem, path: Path) -> Verdict:
    """Judge the committed plan; raises BadInput where there is none, or none that can be trusted."""
    check(problem)
    shown = shown_path(problem, path)
    committed = committed_plan(problem, path)
    if committed is None:
        raise BadInput([missing(problem, shown)])
    plan = restated(problem, committed)
    breaches = verify(problem, plan)
    return Verdict(
        cluster=problem.cluster,
        plan=plan,
        asked=tuple(changes(committed.problem, problem)),
        broken=tuple(_broken(problem, breach, shown) for breach in breaches),
    )


def committed_plan(problem: Problem, path: Path, *, forgive: bool = False) -> lock.Lock | None:
    """What the lock file says, None where there is none; raises BadInput where it cannot be trusted, or is another's.

    With `forgive` such a file counts as none.
    """
    shown = shown_path(problem, path)
    try:
        committed = lock.load(path, shown=shown)
    except BadInput:
        if forgive:
            return None
        raise
    if committed is None or committed.plan.cluster == problem.cluster:
        return committed
    if forgive:
        return None
    what = f"the plan is for cluster {committed.plan.cluster}, not {problem.cluster}"
    raise BadInput([Complaint(file=shown, line=0, what=what, fix=lock.FIX)])


def restated(problem: Problem, committed: lock.Lock) -> Plan:
    """The plan with a bound that holds today: the recorded one was proven for the recorded problem alone."""
    if not changes(committed.problem, problem):
        return committed.plan
    bound = simple_bound(problem)
    return replace(
        committed.plan,
        bound_min_e4_usd_per_hour=bound,
        bound_max_e4_usd_per_hour=bound,
        evidence_min=None,
        evidence_max=None,
    )


def shown_path(problem: Problem, path: Path) -> str:
    """The lock file as messages name it."""
    return str(PurePosixPath(problem.file).with_name(path.name)) if problem.file else str(path)


def missing(problem: Problem, shown: str) -> Complaint:
    """The complaint about a plan that nobody has committed."""
    return Complaint(
        file=shown,
        line=0,
        what=f"cluster {problem.cluster} has no committed plan",
        fix="Run `bayplan plan` and commit the file.",
    )


def _broken(problem: Problem, breach: Breach, shown: str) -> Broken:
    """Who breaks it is the first workload that the sentence names, else the first pool, else the lock itself."""
    words = NAMES.findall(breach.what)
    for named in (problem.demand, problem.pool):
        for word in words:
            found = named(word)
            if found is not None and found.file:
                return Broken(rule=breach.rule, what=breach.what, file=found.file, line=found.line)
    return Broken(rule=breach.rule, what=breach.what, file=shown, line=0)
