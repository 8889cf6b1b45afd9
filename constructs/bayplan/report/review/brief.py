"""The verdict and the five lines that a busy person needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.words import count
from bayplan.report.money import span, usd_per_month
from bayplan.report.review.line import Line, Style, listed, name, own, said, strong
from bayplan.report.review.sections.changes import counts
from bayplan.report.review.sections.effects import sentence, together
from bayplan.report.review.sections.needs import who
from bayplan.review.review import State, Topic, Verdict, Weight
from bayplan.validation.finding import Severity, Status

if TYPE_CHECKING:
    from bayplan.review.review import Effect, Review, Told

HEADLINES = {
    Verdict.BLOCKED: "Cannot be applied",
    Verdict.DANGER: "Breaks something",
    Verdict.ATTENTION: "Look before you merge",
    Verdict.SAFE: "Safe",
    Verdict.NOTHING: "Nothing changes",
}
SIGNS = {
    Verdict.BLOCKED: "\N{NO ENTRY}",
    Verdict.DANGER: "\N{HEAVY EXCLAMATION MARK SYMBOL}",
    Verdict.ATTENTION: "\N{EYES}",
    Verdict.SAFE: "\N{WHITE HEAVY CHECK MARK}",
    Verdict.NOTHING: "\N{WHITE HEAVY CHECK MARK}",
}
MOST_LINES = 5
NAMED = 2
"""Things of one line that are named; the parts below name all."""


def brief(review: Review) -> list[Line]:
    """What cannot be applied, what is lost, what is down, what else to look at, what it costs, who must agree."""
    effects = [one for one, _ in together(review)]
    heavy = [one for one in effects if one.weight >= Weight.DANGER]
    blocked = [one for one in heavy if one.weight is Weight.BLOCKED]
    lost = [one for one in heavy if one.topic is Topic.DATA and one.weight is Weight.DANGER]
    down = sorted(
        (one for one in heavy if one.topic is not Topic.DATA and one.weight is Weight.DANGER),
        key=lambda one: -one.pods_down,
    )
    stale = [
        (*own("the plan of "), *name(one.cluster), *own(" "), *said(one.stale))
        for one in review.placements
        if one.stale
    ]
    waiting = [said(says) for one in review.placements for says in one.waiting]
    new = [one for one in review.findings if one.state is State.NEW and one.status is Status.BROKEN]
    sync = [one for one in new if one.severity is Severity.SYNC]
    broken = [one for one in new if one.severity in (Severity.DOWN, Severity.LOSS)]
    lines = [
        line("Cannot be applied", [*map(told, blocked), *stale, *map(found, sync)]),
        line("Is lost", [*map(told, lost)]),
        line("Breaks", [*map(told, down), *waiting, *map(found, broken)]),
        *ends(review),
    ]
    made = [one for one in lines if one]
    rest = others(review, effects)
    return [*made[: len(made) - len(ends(review))], *([rest] if rest and len(made) < MOST_LINES else []), *ends(review)]


def ends(review: Review) -> list[Line]:
    """What is always told: money, and who must agree."""
    return [one for one in (cost(review), needs(review)) if one]


def line(title: str, things: list[Line]) -> Line:
    """`Cannot be applied: this; that; and 3 more`."""
    if not things:
        return ()
    made: Line = (*strong(f"{title}: "), *things[0])
    for thing in things[1:NAMED]:
        made += (*own("; "), *thing)
    more = len(things) - NAMED
    return (*made, *own(f"; and {more:,} more"), *own(".")) if more > 0 else (*made, *own("."))


def told(effect: Effect) -> Line:
    """An effect and the line that asked for it."""
    doubt = own(" (not sure)") if effect.doubt else ()
    return (*sentence(effect), *doubt, *own(" ("), *name(effect.origin), *own(")"))


def found(one: Told) -> Line:
    """A finding and its line."""
    return (*name(str(one.ref)), *own(": "), *said(one.message.rstrip(".")), *own(" ("), *name(one.origin), *own(")"))


def others(review: Review, effects: list[Effect]) -> Line:
    """What happens otherwise, in numbers: pods, deletions, traffic, findings."""
    if not review.changes and not effects and not review.findings:
        return own("No object of any cluster changes.")
    things = [*numbers(review, effects)]
    light = [one for one in effects if one.weight is Weight.ATTENTION]
    first = [told(light[0])] if light else []
    more = len(light) - 1
    head = own(f"{what(review)}.")
    happens = (
        (*own(" "), *strong("Look at: "), *first[0], *own(f", and {more:,} more." if more > 0 else "."))
        if first
        else ()
    )
    return (
        *strong("Otherwise: " if any(one.weight >= Weight.DANGER for one in effects) else "What happens: "),
        *listed_words(things),
        *head,
        *happens,
    )


def what(review: Review) -> str:
    """`3 added, 8 changed`, of all objects."""
    said_counts = counts(review)
    return (
        f"of {count(review.objects, 'object')}, {said_counts}"
        if said_counts
        else f"none of {count(review.objects, 'object')} changes"
    )


def numbers(review: Review, effects: list[Effect]) -> list[str]:
    """What there is to count."""
    rolled = [one for one in effects if one.topic is Topic.ROLLOUT and one.pods]
    down = max((one.pods_down for one in rolled), default=0)
    new = sum(one.state is State.NEW and one.status is Status.BROKEN for one in review.findings)
    hidden = sum(one.state is State.ACCEPTED for one in review.findings)
    mended = sum(one.state is State.FIXED and one.status is Status.BROKEN for one in review.findings)
    parts = []
    if rolled:
        pods = count(sum(one.pods for one in rolled), "pod")
        missing = f"at worst {down:,} of one workload missing at a time" if down else "none missing at any time"
        parts.append(f"{pods} of {count(len(rolled), 'workload')} made anew, {missing}")
    for number, noun in (
        (new, "new finding"),
        (hidden, "finding accepted by the change itself"),
        (mended, "finding fixed"),
    ):
        if number:
            parts.append(
                f"{number:,} {noun}" if number == 1 else f"{number:,} {noun.replace('finding', 'findings', 1)}"
            )
    ways = len(review.flows)
    if ways:
        parts.append(f"{count(ways, 'way')} opened or closed")
    return parts


def listed_words(parts: list[str]) -> Line:
    """Parts, and a mark behind them."""
    return own("; ".join(parts) + "; ") if parts else ()


def cost(review: Review) -> Line:
    """What it costs a month, at the minimum and at the maximum; none where nothing of it changes."""
    rows = review.placements
    before = [sum(one.cost_min_before for one in rows), sum(one.cost_max_before for one in rows)]
    after = [sum(one.cost_min_after for one in rows), sum(one.cost_max_after for one in rows)]
    if before == after:
        return ()
    was, now = span(*map(usd_per_month, before)), span(*map(usd_per_month, after))
    sign = "more" if sum(after) > sum(before) else "less"
    ends_ = sorted(abs(new - old) for new, old in zip(after, before, strict=True))
    by = span(*map(usd_per_month, ends_))
    if (after[0] - before[0]) * (after[1] - before[1]) < 0:
        return (*strong("Costs "), *own(f"{now} USD a month (minimum … maximum) instead of {was}."))
    return (*strong(f"Costs {by} USD a month {sign}: "), *own(f"{now} USD (minimum … maximum) instead of {was}."))


def needs(review: Review) -> Line:
    """Who must agree."""
    asked = [who(one) for one in review.needs]
    if not asked:
        return ()
    plain = [tuple((Style.OWN if style is Style.STRONG else style, text) for style, text in one) for one in asked]
    shown = [*plain[:3], *([own(f"{len(plain) - 3:,} more")] if len(plain) > 3 else [])]
    return (*strong("Needs "), *listed(shown), *own("."))
