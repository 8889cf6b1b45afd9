"""What was not looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.report.review.line import Item, Rank, Section, said

if TYPE_CHECKING:
    from bayplan.review.review import Review


def section(review: Review) -> Section:
    """A sentence each."""
    items = tuple(Item(rank=Rank.DETAIL, cells=(said(one),)) for one in review.unknown)
    return Section(key="unknown", title="What was not looked at", items=items)
