"""What got better or worse: the findings of two revisions beside each other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bayplan.review.review import State, Told
from bayplan.validation.baseline import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.validation.finding import Finding
    from bayplan.validation.waivers import Judgement


def compare(base: Judgement, head: Judgement, about_changes: frozenset[str]) -> Iterator[Told]:
    """Since when each finding is there; rules about changes are told as effects, and left out here.

    A finding that the change itself accepts, by a waiver or a setting that it brings, is no pass: it is told as such.
    """
    was, now = (without(one.findings, about_changes) for one in (base, head))
    known = Counter(fingerprint(one) for one in was)
    left = Counter(known)
    for one in now:
        mark = fingerprint(one)
        is_known = left[mark] > 0
        left[mark] -= is_known
        yield told(one, State.STILL if is_known else State.NEW)
    accepted_before = Counter(fingerprint(one.finding) for one in base.waived)
    for waived in head.waived:
        mark = fingerprint(waived.finding)
        if accepted_before[mark]:
            accepted_before[mark] -= 1
            continue
        left[mark] -= left[mark] > 0
        yield told(waived.finding, State.ACCEPTED, f"{waived.reason} (until {waived.until})")
    for one in was:
        mark = fingerprint(one)
        if left[mark]:
            left[mark] -= 1
            yield told(one, State.FIXED)


def without(findings: Iterable[Finding], codes: frozenset[str]) -> list[Finding]:
    """Findings that none of these rules tells."""
    return [one for one in findings if one.rule not in codes]


def told(finding: Finding, state: State, why: str = "") -> Told:
    """A finding as the review tells it."""
    return Told(
        state=state,
        severity=finding.severity,
        rule=finding.rule,
        status=finding.status,
        ref=finding.ref,
        file=finding.file,
        line=finding.line,
        pointer=finding.pointer,
        message=finding.message,
        fix=finding.fix,
        origin=finding.origin,
        why=why,
    )
