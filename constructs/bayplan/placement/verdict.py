"""The committed plan of a cluster, judged by today's question: trusted, and still true?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.placement import lock
from bayplan.placement.certificate.check import prove
from bayplan.placement.certificate.classes import aggregate
from bayplan.placement.certificate.facets import measure
from bayplan.placement.certificate.statement import RefusedError
from bayplan.placement.changes import changes
from bayplan.placement.evidence import Evidence
from bayplan.placement.magnitude import check
from bayplan.placement.packing_question import pose_bound
from bayplan.placement.price import simple_bound, storage
from bayplan.placement.terms import LEVELS
from bayplan.placement.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem
    from bayplan.placement.terms import Level
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
    asked = changes(committed.problem, problem)
    plan = restated(problem, committed.plan) if asked else committed.plan
    breaches = verify(problem, plan) or (_claims(committed) if asked else [])
    return Verdict(
        cluster=problem.cluster,
        plan=plan,
        asked=tuple(asked),
        broken=tuple(_broken(problem, breach, shown) for breach in breaches),
    )


def _claims(committed: lock.Lock) -> list[Breach]:
    """What the lock says of itself must be true of the question that it answers, whatever is asked today."""
    return [
        one for one in verify(committed.problem, committed.plan, simulate=False) if one.rule in ("bound", "packing")
    ]


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


def restated(problem: Problem, plan: Plan) -> Plan:
    """A committed plan with a bound that holds for another question than the recorded one, for which it was proven.

    The prices of the recorded proof may prove something of today's question, too; without a solver they are tried.
    """
    low, high = (_proven(problem, plan, level) for level in LEVELS)
    simple = simple_bound(problem)
    return replace(
        plan,
        bound_min_e4_usd_per_hour=low[1] if low else simple,
        bound_max_e4_usd_per_hour=high[1] if high else simple,
        evidence_min=low[0] if low else None,
        evidence_max=high[0] if high else None,
    )


def _proven(problem: Problem, plan: Plan, level: Level) -> tuple[Evidence, int] | None:
    """What the recorded prices prove of today's question; None where they do not fit, or say less than simple sums."""
    evidence = plan.evidence(level)
    if evidence is None:
        return None
    question = pose_bound(problem, level, plan.homes)
    classes = aggregate(question.items, question.bins)
    try:
        proven = prove(classes, measure(classes), evidence.certificate)
    except RefusedError:
        return None
    bound = proven + storage(problem, plan.seats, level)
    if bound < simple_bound(problem):
        return None
    certificate = replace(evidence.certificate, bound=proven)
    shown = Evidence(certificate=certificate, packed_e4_usd_per_hour=plan.cost(level), fillings=None)
    return shown, bound


def shown_path(problem: Problem, path: Path) -> str:
    """The lock file as messages name it."""
    return str(PurePosixPath(problem.file).with_name(path.name)) if problem.file else str(path)


def missing(problem: Problem, shown: str) -> Complaint:
    """The complaint about a plan that nobody has committed."""
    return Complaint(
        file=shown,
        line=0,
        what=f"cluster {problem.cluster} has no committed plan",
        fix="Run `bayplan synth`, and commit plan.lock and dist/.",
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
