"""What will happen, by topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.report.review.line import Item, Line, Rank, Section, listed, name, own, said, strong
from bayplan.review.review import Topic, Weight

if TYPE_CHECKING:
    from bayplan.review.review import Effect, Review

TITLES = {
    Topic.APPLY: "What cannot be applied",
    Topic.DATA: "Data",
    Topic.PRUNE: "What is deleted, and what is left behind",
    Topic.ROLLOUT: "Pods",
    Topic.OWNERSHIP: "Who decides what",
    Topic.TRAFFIC: "Traffic",
    Topic.PLACE: "Where pods run",
}
WORDS = {Weight.BLOCKED: "blocked", Weight.DANGER: "danger", Weight.ATTENTION: "look", Weight.NOTE: ""}
RANKS = {Weight.BLOCKED: Rank.DANGER, Weight.DANGER: Rank.DANGER, Weight.ATTENTION: Rank.EFFECT, Weight.NOTE: Rank.NOTE}


def section(review: Review) -> Section:
    """Every effect, topic by topic, the heaviest first."""
    several = len({one.cluster for one in review.effects}) > 1
    items = tuple(item(one, clusters if several else ()) for one, clusters in in_order(review))
    is_open = any(one.weight >= Weight.DANGER for one in review.effects)
    return Section(key="effects", title="What will happen", items=items, is_open=is_open)


def in_order(review: Review) -> list[tuple[Effect, tuple[str, ...]]]:
    """Each effect with its clusters, topic by topic, the heaviest topic and the heaviest of it first."""
    alike = together(review)
    heaviest: dict[Topic, int] = {}
    for one, _ in alike:
        heaviest[one.topic] = max(heaviest.get(one.topic, 0), one.weight)
    topics = [*Topic]
    return sorted(alike, key=lambda pair: (-heaviest[pair[0].topic], topics.index(pair[0].topic), -pair[0].weight))


def together(review: Review) -> list[tuple[Effect, tuple[str, ...]]]:
    """Effects that are the same in several clusters, told once; in the order of the first."""
    clusters: dict[object, list[str]] = {}
    first: dict[object, Effect] = {}
    for one in review.effects:
        key = (one.topic, one.code, one.weight, one.ref, one.pointer, one.says, one.why, one.fix, one.origin, one.doubt)
        first.setdefault(key, one)
        clusters.setdefault(key, []).append(one.cluster)
    return [(one, tuple(sorted(set(clusters[key])))) for key, one in first.items()]


def item(one: Effect, clusters: tuple[str, ...]) -> Item:
    """One effect: how bad, which object, what, why, what to do, where it was written."""
    line = (*sentence(one, clusters), *own("."), *rest(one))
    word = WORDS[one.weight]
    shown = (*strong(word), *own(": "), *line) if word else line
    return Item(rank=RANKS[one.weight], cells=(shown,), group=own(TITLES[one.topic]))


def sentence(one: Effect, clusters: tuple[str, ...] = ()) -> Line:
    """`StatefulSet chat/db on prod cannot be applied: its volumes cannot change`."""
    where = [name(cluster) for cluster in clusters if cluster not in ("", "?")]
    on = (*own(" on "), *listed(where)) if where else ()
    return (*name(str(one.ref)), *on, *own(" "), *said(one.says.rstrip(".")))


def rest(one: Effect) -> Line:
    """Why, what to do, what is not sure, and where."""
    return (
        *clause(" Why: ", one.why),
        *clause(" What to do: ", one.fix),
        *clause(" Not sure: ", one.doubt),
        *own(" "),
        *name(one.origin),
    )


def clause(before: str, text: str) -> Line:
    """A short sentence with its beginning."""
    return (*own(before), *said(text.strip().rstrip(".")), *own(".")) if text.strip() else ()
