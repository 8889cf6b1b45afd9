"""Who may reach whom, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.report.review.line import Item, Rank, Section, name, own, said, strong

if TYPE_CHECKING:
    from bayplan.review.flow import Flow
    from bayplan.review.review import Review


def section(review: Review) -> Section:
    """A row a way that is opened or closed."""
    several = len({one.cluster for one in review.flows}) > 1
    rows = tuple(item(one, several=several) for one in review.flows)
    columns = ("from", "to", "ports", "before", "after", "why", *(("cluster",) if several else ()))
    return Section(key="traffic", title="Who may reach whom", items=rows, columns=columns)


def item(one: Flow, *, several: bool) -> Item:
    """Whether it was open, whether it is open, and by what."""
    cells = (
        said(one.source),
        said(one.target),
        name(one.ports) or own("any"),
        own(word(is_open=one.before)),
        strong(word(is_open=one.after)),
        said(one.why),
        *((name(one.cluster),) if several else ()),
    )
    return Item(rank=Rank.DETAIL, cells=cells)


def word(*, is_open: bool) -> str:
    """As people say it."""
    return "open" if is_open else "closed"
