"""Every change, folded by namespace."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bayplan.report.html.markup import Markup, tag
from bayplan.report.review.page.words import entry, written

if TYPE_CHECKING:
    from bayplan.report.review.line import Section

OPEN = 30
"""So many changes are shown at once; more are folded."""


def changes(section: Section) -> Markup:
    """Objects with their values before and after."""
    folds = []
    for group, same in groupby(section.items, key=lambda item: item.group):
        items = [entry(item) for item in same]
        title = tag("summary", written(group), f" ({len(items):,})")
        folds.append(tag("details", title, tag("ul", *items), open=len(section.items) <= OPEN))
    return tag("section", tag("h2", section.heading), *folds, id=section.key, class_="part changes")
