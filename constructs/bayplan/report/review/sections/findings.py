"""What got better or worse."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bayplan.report.review.line import Item, Line, Rank, Section, name, own, strong
from bayplan.report.review.sections.effects import clause
from bayplan.review.review import State
from bayplan.validation.finding import Severity, Status

if TYPE_CHECKING:
    from bayplan.review.review import Review, Told

TITLES = {
    State.NEW: "New",
    State.ACCEPTED: "Accepted by this change itself",
    State.FIXED: "Fixed",
}
WORDS = {
    Severity.SYNC: "sync fails",
    Severity.DOWN: "down",
    Severity.LOSS: "silent loss",
    Severity.RISK: "risk",
}
RANKS = {State.NEW: Rank.NEW, State.ACCEPTED: Rank.NEW, State.FIXED: Rank.NOTE}


def section(review: Review) -> Section:
    """Findings that are new, accepted or fixed, one by one; those that were there before as a count."""
    shown = [one for one in review.findings if one.state in TITLES and is_told(one)]
    shown.sort(key=lambda one: ([*TITLES].index(one.state), -one.severity, one.origin))
    items = [item(one) for one in shown]
    count = len(items)
    line = rest(review)
    if line:
        items.append(Item(rank=Rank.NOTE, cells=(line,), group=own("Besides") if items else ()))
    return Section(key="findings", title="Findings of check", items=tuple(items), count=count)


def is_told(one: Told) -> bool:
    """What could not be told is only counted."""
    return one.status is not Status.UNKNOWN


def item(one: Told) -> Item:
    """How bad, which rule, which object, what is wrong and what to do."""
    object_ = (*name(str(one.ref)), *own(": ")) if one.ref.kind else ()
    line = (
        *strong(how_bad(one)),
        *own(" "),
        *name(one.rule),
        *own(" "),
        *object_,
        *clause("", one.message),
        *(clause(" What to do: ", one.fix) if one.state is not State.FIXED else ()),
        *clause(" Reason given: ", one.why),
        *own(" "),
        *name(one.origin),
    )
    return Item(rank=RANKS[one.state], cells=(line,), group=own(TITLES[one.state]))


def how_bad(one: Told) -> str:
    """The severity as people write it, or that the rule itself failed."""
    return WORDS[one.severity] if one.status is Status.BROKEN else "rule failed"


def rest(review: Review) -> Line:
    """`12 were there before, and still are: 3 down, 9 risk. 4 could not be told.`."""
    still = [one for one in review.findings if one.state is State.STILL and is_told(one)]
    unknown = sum(one.state is not State.FIXED and not is_told(one) for one in review.findings)
    parts = []
    if still:
        counts = Counter(one.severity for one in still)
        told = ", ".join(f"{counts[severity]:,} {WORDS[severity]}" for severity in sorted(counts, reverse=True))
        was = "was there before, and still is" if len(still) == 1 else "were there before, and still are"
        parts.append(f"{len(still):,} {was}: {told}.")
    if unknown:
        parts.append(f"{unknown:,} could not be told.")
    return own(" ".join(parts)) if parts else ()
