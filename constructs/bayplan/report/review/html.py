"""A review as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review import data

if TYPE_CHECKING:
    from bayplan.review.review import Review


def render(review: Review, *, color: bool) -> str:  # noqa: ARG001 - written next
    """Written next."""
    return data.write(review)
