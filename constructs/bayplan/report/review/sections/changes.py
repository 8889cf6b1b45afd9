"""What became of each object, value by value."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bayplan.report.review.line import Item, Line, Rank, Section, listed, name, own, said, strong
from bayplan.review.review import Kind

if TYPE_CHECKING:
    from bayplan.review.review import Change, Part, Review

WORDS = {Kind.ADDED: "added", Kind.REMOVED: "removed", Kind.MODIFIED: "changed", Kind.MOVED: "moved"}
MOST_PARTS = 20
"""Values of one object that are told."""


def section(review: Review) -> Section:
    """Objects by clusters and namespace."""
    several = len({one.cluster for one in review.changes}) > 1
    order = sorted(together(review), key=lambda pair: (pair[1], pair[0].ref.namespace, pair[0].ref, pair[0].kind))
    items = tuple(item(one, clusters if several else ()) for one, clusters in order)
    return Section(key="changes", title="Changes", items=items)


def together(review: Review) -> list[tuple[Change, tuple[str, ...]]]:
    """Changes that are the same in several clusters, told once; with those clusters."""
    found: dict[object, tuple[Change, list[str]]] = {}
    for one in review.changes:
        key = (one.ref, one.kind, one.origin, one.parts, one.was)
        found.setdefault(key, (one, []))[1].append(one.cluster)
    return [(one, tuple(sorted(set(clusters)))) for one, clusters in found.values()]


def item(one: Change, clusters: tuple[str, ...]) -> Item:
    """The object, what became of it, and its values before and after."""
    before = " (before: " if one.kind is Kind.MOVED else " ("
    was = (*own(before), *said(one.was), *own(")")) if one.was.strip() else ()
    line = (*name(str(one.ref)), *own(" "), *strong(WORDS[one.kind]), *was, *own(" "), *name(one.origin))
    return Item(rank=Rank.CHANGE, cells=(line,), group=group(one, clusters), diff=tuple(diff(one)))


def group(one: Change, clusters: tuple[str, ...]) -> Line:
    """Where it is: `namespace chat on prod`."""
    place = (*own("Namespace "), *name(one.ref.namespace)) if one.ref.namespace else own("In no namespace")
    named = [name(cluster) for cluster in clusters if cluster.strip()]
    return (*place, *own(" on "), *listed(named)) if named else place


def diff(one: Change) -> list[tuple[str, str]]:
    """Each value as it was and as it is."""
    lines = [line for part in one.parts[:MOST_PARTS] for line in values(part)]
    more = len(one.parts) - MOST_PARTS
    return [*lines, *([(" ", f"and {more:,} more values")] if more > 0 else [])]


def values(part: Part) -> list[tuple[str, str]]:
    """One value: what is gone, what is there, and what explains it."""
    lines = [(sign, f"{part.path}: {value}") for sign, value in (("-", part.before), ("+", part.after)) if value]
    return [*lines, *([(" ", f"  ({part.why})")] if part.why else [])]


def counts(review: Review) -> str:
    """`3 objects added, 8 changed, 1 removed`."""
    found = Counter(one.kind for one in review.changes)
    parts = [f"{found[kind]:,} {word}" for kind, word in WORDS.items() if found[kind]]
    return ", ".join(parts)
