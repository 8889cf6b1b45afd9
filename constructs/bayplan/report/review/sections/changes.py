"""What became of each object, value by value."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bayplan.report.review.line import Item, Line, Rank, Section, name, own, strong
from bayplan.review.review import Kind

if TYPE_CHECKING:
    from bayplan.review.review import Change, Part, Review

WORDS = {Kind.ADDED: "added", Kind.REMOVED: "removed", Kind.MODIFIED: "changed", Kind.MOVED: "moved"}
MOST_PARTS = 20
"""Values of one object that are told."""


def section(review: Review) -> Section:
    """Objects by cluster and namespace."""
    order = sorted(review.changes, key=lambda one: (one.cluster, one.ref.namespace, one.ref, one.kind))
    several = len({one.cluster for one in review.changes}) > 1
    items = tuple(item(one, several=several) for one in order)
    return Section(key="changes", title="Changes", items=items)


def item(one: Change, *, several: bool) -> Item:
    """The object, what became of it, and its values before and after."""
    was = (*own(", was "), *name(one.was)) if one.was else ()
    line = (*name(str(one.ref)), *own(" "), *strong(WORDS[one.kind]), *was, *own(" "), *name(one.origin))
    return Item(rank=Rank.CHANGE, cells=(line,), group=group(one, several=several), diff=tuple(diff(one)))


def group(one: Change, *, several: bool) -> Line:
    """Where it is: `namespace chat on prod`."""
    place = (*own("Namespace "), *name(one.ref.namespace)) if one.ref.namespace else own("In no namespace")
    return (*place, *own(" on "), *name(one.cluster)) if several and one.cluster else place


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
