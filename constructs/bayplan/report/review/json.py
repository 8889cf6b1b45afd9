"""A review as JSON; `schemas/bayplan/review.json` is its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review import data

if TYPE_CHECKING:
    from bayplan.review.review import Review


def render(review: Review, *, color: bool) -> str:  # noqa: ARG001 - JSON has none
    """The document, without the end of its last line."""
    return data.write(review).removesuffix("\n")
