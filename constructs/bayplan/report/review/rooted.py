"""The same review with its files as the whole repository knows them: that is what people open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from bayplan.review.review import Change, Effect, Told

if TYPE_CHECKING:
    from bayplan.review.review import Review

Placed = TypeVar("Placed", Change, Effect, Told)


def rooted(review: Review) -> Review:
    """Files below the top of the repository, and origins that are such a file, too; images follow their object."""
    if review.path in (".", ""):
        return review
    prefix = review.path.rstrip("/") + "/"
    files = {(one.cluster, one.ref): one.file for one in review.changes}
    images = [
        replace(one, origin=moved(one.origin, files.get((one.cluster, one.ref), ""), prefix)) for one in review.images
    ]
    return replace(
        review,
        changes=tuple(placed(one, prefix) for one in review.changes),
        effects=tuple(placed(one, prefix) for one in review.effects),
        findings=tuple(placed(one, prefix) for one in review.findings),
        images=tuple(images),
    )


def placed(one: Placed, prefix: str) -> Placed:
    """One thing that stands in a file."""
    origin = moved(one.origin, one.file, prefix)
    return replace(one, file=f"{prefix}{one.file}" if one.file else "", origin=origin)


def moved(origin: str, file: str, prefix: str) -> str:
    """An origin that is the manifest itself; what an app's file says is below the top already."""
    return f"{prefix}{origin}" if file and origin.startswith(f"{file}#") else origin
