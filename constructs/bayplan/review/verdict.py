"""The first word of a review."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.review.need import Role
from bayplan.review.review import State, Verdict, Weight
from bayplan.validation.finding import Severity, Status

if TYPE_CHECKING:
    from bayplan.review.review import Review

OF_WEIGHT = {
    Weight.BLOCKED: Verdict.BLOCKED,
    Weight.DANGER: Verdict.DANGER,
    Weight.ATTENTION: Verdict.ATTENTION,
    Weight.NOTE: Verdict.SAFE,
}


def judged(review: Review) -> Review:
    """The review with the verdict that follows from it."""
    return replace(review, verdict=verdict_of(review))


def verdict_of(review: Review) -> Verdict:
    """The worst of what is sure; what may not happen at all only asks for attention."""
    found = {OF_WEIGHT[one.weight] if not one.doubt else Verdict.ATTENTION for one in review.effects}
    changed = {one.ref for one in review.changes}
    for one in review.findings:
        if one.state is State.NEW and one.status is Status.BROKEN:
            # what has not changed is forgiven by a stricter definition; where it is not, an effect says so
            is_forgiven = one.rule.startswith("SCH") and one.ref not in changed
            found.add(Verdict.ATTENTION if is_forgiven else OF_SEVERITY[one.severity])
        elif one.state is State.ACCEPTED or (one.state is State.NEW and one.status is Status.ERROR):
            found.add(Verdict.ATTENTION)
    if any(one.stale for one in review.placements):
        found.add(Verdict.BLOCKED)
    if any(one.waiting for one in review.placements):
        found.add(Verdict.DANGER)
    others = any(one.role is not Role.APP_OWNER for one in review.needs)
    if review.placements or others or any(not one.is_pinned for one in review.images):
        found.add(Verdict.ATTENTION)
    if review.changes or review.findings:
        found.add(Verdict.SAFE if review.changes or found else Verdict.NOTHING)
    return max(found, key=ORDER.index, default=Verdict.NOTHING)


OF_SEVERITY = {
    Severity.SYNC: Verdict.BLOCKED,
    Severity.DOWN: Verdict.DANGER,
    Severity.LOSS: Verdict.DANGER,
    Severity.RISK: Verdict.ATTENTION,
}
ORDER = (Verdict.NOTHING, Verdict.SAFE, Verdict.ATTENTION, Verdict.DANGER, Verdict.BLOCKED)


def fails(verdict: Verdict, least: str) -> bool:
    """Whether a verdict is as bad as `least`, which is one of its words or "never"."""
    return least != "never" and ORDER.index(verdict) >= ORDER.index(Verdict(least))
