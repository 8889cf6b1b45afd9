"""Who has to agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.report.review.line import Item, Line, Rank, Section, name, own, said, strong
from bayplan.review.review import Role

if TYPE_CHECKING:
    from bayplan.review.review import Need, Review

WHO = {
    Role.APP_OWNER: "the owners of ",
    Role.CLUSTER_OWNER: "the owners of cluster ",
    Role.SECOND_REVIEWER: "a second reviewer",
}


def section(review: Review) -> Section:
    """One line for each who has to agree."""
    return Section(key="needs", title="What this change needs", items=tuple(item(one) for one in review.needs))


def item(need: Need) -> Item:
    """Who, and why."""
    line = (*who(need), *own(": "), *said(need.why.rstrip(".")), *own("."))
    return Item(rank=Rank.NEEDS, cells=(line,))


def who(need: Need) -> Line:
    """`the owners of chat (team-a)`."""
    of = name(need.subject) if need.role is not Role.SECOND_REVIEWER else ()
    team = (*own(" ("), *name(need.team), *own(")")) if need.team else ()
    return (*strong(WHO[need.role].rstrip()), *own(" " if of else ""), *of, *team)
