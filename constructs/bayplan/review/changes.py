"""What became of each object: added, removed, modified, moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.review import Change, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison
    from bayplan.review.review import Part


def changes(comparison: Comparison) -> Iterator[Change]:
    """Every object of one cluster that is not as it was."""
    for manifest in comparison.added:
        yield change(comparison, manifest, Kind.ADDED)
    for manifest in comparison.removed:
        yield change(comparison, manifest, Kind.REMOVED)
    for pair in comparison.pairs:
        if pair.before.file != pair.after.file:
            yield change(comparison, pair.after, Kind.MOVED, pair.parts, was=pair.before.file)
        elif pair.parts:
            yield change(comparison, pair.after, Kind.MODIFIED, pair.parts)


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
        parts=parts,
    )
