"""Which images take the place of which."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.report.review.line import Item, Line, Rank, Section, name, own, said, strong

if TYPE_CHECKING:
    from bayplan.review.review import Image, Review

DIGEST = re.compile(r"(@sha256:[0-9a-f]{12})[0-9a-f]{52}$")


def section(review: Review) -> Section:
    """A row a container; the same in several clusters once."""
    rows = dict.fromkeys(item(one) for one in review.images)
    columns = ("object", "container", "before", "after", "to know", "written in")
    return Section(key="images", title="Images", items=tuple(rows), columns=columns)


def item(one: Image) -> Item:
    """From, to, and what a person should know of it."""
    cells = (
        name(str(one.ref)),
        name(one.container),
        name(short(one.before)) or own("none"),
        name(short(one.after)) or own("none"),
        known(one),
        name(one.origin),
    )
    return Item(rank=Rank.DETAIL, cells=cells)


def known(one: Image) -> Line:
    """That a tag may be moved, and what else there is."""
    is_told = "pinned" in one.says
    moved = strong("not pinned by a digest") if one.after and not one.is_pinned and not is_told else ()
    return (*moved, *(own("; ") if moved and one.says else ()), *said(one.says))


def short(image: str) -> str:
    """An image with so much of its digest that a person can tell it from another; the change has all of it."""
    return DIGEST.sub(lambda found: f"{found[1]}…", image)
