"""The verdict and the five lines that a busy person needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.words import count
from bayplan.report.money import span, usd_per_month
from bayplan.report.review.line import Line, Style, listed, name, own, said, strong
from bayplan.report.review.sections import needs as asked_for
from bayplan.report.review.sections.changes import counts
from bayplan.report.review.sections.effects import sentence, together
from bayplan.review.review import Kind, State, Topic, Verdict, Weight
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
NAMED_NEEDS = 3
REFUSED = "cannot be applied: "
ENDINGS = {
    State.NEW: "more than before",
    State.ACCEPTED: "accepted by the change itself",
    State.FIXED: "fixed",
}


def brief(review: Review) -> list[Line]:
    """What cannot be applied, what is lost, what breaks, what else there is, what it costs, who must agree."""
    effects = [one for one, _ in together(review)]
    heavy = [one for one in effects if one.weight >= Weight.DANGER]
    named = {one.ref for one in heavy}
    light = [one for one in effects if one.weight is Weight.ATTENTION and one.ref not in named]
    bad = [one for one in (*worst(review, heavy), line("May happen", [told(one) for one in heavy if one.doubt])) if one]
    made = [*bad, others(review, light, is_first=not bad)]
    ends = [one for one in (cost(review), needs(review)) if one]
    return [*made[: MOST_LINES - len(ends)], *ends]


def worst(review: Review, heavy: list[Effect]) -> list[Line]:
    """All that is bad and sure: effects, plans, and new findings of objects that no effect has named."""
    sure = [one for one in heavy if not one.doubt]
    blocked = [one for one in sure if one.weight is Weight.BLOCKED]
    lost = [one for one in sure if one.weight is Weight.DANGER and one.topic is Topic.DATA]
    down = [one for one in sure if one.weight is Weight.DANGER and one.topic is not Topic.DATA]
    down.sort(key=lambda one: -one.pods_down)
    stale = [said(one.stale.rstrip(".")) for one in review.placements if one.stale]
    waiting = [said(says.rstrip(".")) for one in review.placements for says in one.waiting]
    named = {one.ref for one in sure}
    new = [one for one in review.findings if one.state is State.NEW and one.status is Status.BROKEN]
    new = [one for one in new if one.ref not in named]
    refused = [one for one in new if one.severity is Severity.SYNC]
    broken = [one for one in new if one.severity in (Severity.DOWN, Severity.LOSS)]
    return [
        line("Cannot be applied", [*map(told, blocked), *stale, *map(found, refused)]),
        line("Lost", [*map(told, lost)]),
        line("Breaks", [*map(told, down), *waiting, *map(found, broken)]),
    ]


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
    """An effect and the line that asked for it; that it cannot be applied is said before."""
    says = effect.says.removeprefix(REFUSED)
    line = (*name(str(effect.ref)), *own(": "), *said(says)) if says != effect.says else sentence(effect)
    return (*line, *own(" ("), *name(effect.origin), *own(")"))


def found(one: Told) -> Line:
    """A finding and its line."""
    return (*name(str(one.ref)), *own(": "), *said(one.message.rstrip(".")), *own(" ("), *name(one.origin), *own(")"))


def others(review: Review, light: list[Effect], *, is_first: bool) -> Line:
    """What happens otherwise, in numbers, and the first things to look at."""
    things = numbers(review)
    if not review.changes and not light and not things:
        return own("No object of any cluster changes.")
    look = line("Look at", [*map(told, sorted(light, key=lambda one: (-one.pods_down, -one.pods)))])
    title = "What happens: " if is_first else "Otherwise: "
    return (*strong(title), *own("; ".join([*things, size(review)]) + "."), *own(" " if look else ""), *look)


def size(review: Review) -> str:
    """`2 changed of 10 objects`; where some are gone, how many there are now."""
    among = count(review.objects, "object")
    if not review.changes:
        return f"no change of {among}"
    is_less = any(one.kind is Kind.REMOVED for one in review.changes)
    return f"{counts(review)}: now {among}" if is_less else f"{counts(review)} of {among}"


def numbers(review: Review) -> list[str]:
    """What there is to count."""
    rolled = [one for one in review.effects if one.topic is Topic.ROLLOUT and one.pods]
    sure, perhaps = ([one for one in rolled if bool(one.doubt) is doubted] for doubted in (False, True))
    down = max((one.pods_down for one in sure), default=0)
    parts = []
    if sure:
        missing = f"at worst {down:,} of one workload missing at a time" if down else "none missing at any time"
        parts.append(f"{pods_of(sure)} made anew, {missing}")
    parts += [f"perhaps {pods_of(perhaps)} made anew"] * bool(perhaps)
    for state, ending in ENDINGS.items():
        number = sum(one.state is state and one.status is Status.BROKEN for one in review.findings)
        parts += [f"{count(number, 'finding')} {ending}"] * bool(number)
    loose = len({one.after for one in review.images if one.after and not one.is_pinned})
    parts += [f"{count(loose, 'image')} not pinned by a digest"] * bool(loose)
    parts += [f"{count(len(review.flows), 'way')} opened or closed"] * bool(review.flows)
    return parts


def pods_of(effects: list[Effect]) -> str:
    """`12 pods of 4 workloads`."""
    pods: dict[object, int] = {}
    for one in effects:
        pods[one.cluster, one.ref] = max(one.pods, pods.get((one.cluster, one.ref), 0))
    return f"{count(sum(pods.values()), 'pod')} of {count(len(pods), 'workload')}"


def cost(review: Review) -> Line:
    """What it costs a month, at the minimum and at the maximum; none where nothing of it changes."""
    rows = review.placements
    before = [sum(one.cost_min_before for one in rows), sum(one.cost_max_before for one in rows)]
    after = [sum(one.cost_min_after for one in rows), sum(one.cost_max_after for one in rows)]
    if before == after:
        return ()
    was, now = span(*map(usd_per_month, before)), span(*map(usd_per_month, after))
    ends = " (minimum … maximum)" if before[0] != before[1] or after[0] != after[1] else ""
    steps = [new - old for new, old in zip(after, before, strict=True)]
    if steps[0] * steps[1] < 0:
        return (*strong("Costs "), *own(f"{now} USD a month{ends} instead of {was}."))
    by = span(*map(usd_per_month, sorted(map(abs, steps))))
    sign = "more" if sum(steps) > 0 else "less"
    return (*strong(f"Costs {by} USD a month {sign}: "), *own(f"{now} USD{ends} instead of {was}."))


def needs(review: Review) -> Line:
    """Who must agree."""
    people = [asked_for.who(need) for need, _ in asked_for.together(review)]
    asked = [tuple((Style.OWN if style is Style.STRONG else style, text) for style, text in who) for who in people]
    more = len(asked) - NAMED_NEEDS
    shown = [*asked[:NAMED_NEEDS], *([own(f"{more:,} more")] if more > 0 else [])]
    return (*strong("Needs "), *listed(shown), *own(".")) if shown else ()
