"""What became of each object: added, removed, modified, moved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bayplan.review.comparison import Pair
from bayplan.review.review import Change, Kind, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison

MOST_PARTS = 500
"""Of one object."""


def changes(comparison: Comparison) -> Iterator[Change]:
    """Every object of one cluster that is not as it was."""
    came_for = {id(after): before for before, after in comparison.renamed}
    gone_to = {id(before): after for before, after in comparison.renamed}
    for manifest in comparison.added:
        before = came_for.get(id(manifest))
        parts = renamed_parts(comparison, before, manifest) if before else ()
        yield change(comparison, manifest, Kind.ADDED, parts, was=f"renamed from {before.ref}" if before else "")
    for manifest in comparison.removed:
        after = gone_to.get(id(manifest))
        yield change(comparison, manifest, Kind.REMOVED, was=f"renamed to {after.ref}" if after else "")
    for pair in comparison.pairs:
        was = moved_from(comparison, pair)
        if was:
            yield change(comparison, pair.after, Kind.MOVED, pair.parts, was=was)
        elif pair.parts:
            yield change(comparison, pair.after, Kind.MODIFIED, pair.parts)


def moved_from(comparison: Comparison, pair: Pair) -> str:
    """Where an object stood that stands elsewhere, or who applied it; "" for one that stays."""
    file = pair.before.file if pair.before.file != pair.after.file else ""
    changes = comparison.head.changes
    old = changes.applied_before.get(id(pair.before)) if changes else None
    new = changes.applied.get(id(pair.after)) if changes else None
    if old is None or new is None or old.ref == new.ref:
        return file
    return f"{file}, applied by {old.ref}".removeprefix(", ")


def renamed_parts(comparison: Comparison, before: Manifest, after: Manifest) -> tuple[Part, ...]:
    """What is otherwise in an object beside its name."""
    about: Any = after.body.get("metadata")
    metadata = before.body.get("metadata")
    if not isinstance(about, dict) or not isinstance(metadata, dict):
        return ()
    named = {key: about[key] for key in ("name", "namespace") if key in about}
    kept = {key: value for key, value in metadata.items() if key not in ("name", "namespace")}
    body = before.body | {"metadata": kept | named}
    return Pair(before=replace(before, body=body), after=after, worlds=(comparison.base, comparison.head)).parts


def change(
    comparison: Comparison, manifest: Manifest, kind: Kind, parts: tuple[Part, ...] = (), was: str = ""
) -> Change:
    """What became of one object."""
    return Change(
        cluster=comparison.name,
        ref=manifest.ref,
        kind=kind,
        file=manifest.file,
        line=manifest.line,
        origin=manifest.origin,
        was=was,
        parts=kept(parts),
    )


def kept(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """As many as anybody reads: an object of a megabyte may hold a hundred thousand values."""
    more = len(parts) - MOST_PARTS
    return (*parts[:MOST_PARTS], Part(pointer="", path=f"{more:,} more", before="", after="")) if more > 0 else parts
