"""Who has to agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.report.review.line import Item, Line, Rank, Section, name, own, said, strong
from bayplan.review.review import Role

if TYPE_CHECKING:
    from bayplan.review.review import Need, Review

OF = {Role.APP_OWNER: ("", "the app"), Role.CLUSTER_OWNER: ("cluster ", "the clusters")}
"""What they own, with its name and without."""


def section(review: Review) -> Section:
    """One line for each who has to agree."""
    return Section(key="needs", title="What this change needs", items=tuple(item(one) for one in review.needs))


def item(need: Need) -> Item:
    """Who, and why."""
    line = (*who(need), *own(": "), *said(need.why.rstrip(".")), *own("."))
    return Item(rank=Rank.NEEDS, cells=(line,))


def who(need: Need) -> Line:
    """`the owners of chat (team-a)`."""
    if need.role is Role.SECOND_REVIEWER:
        return strong("a second reviewer")
    kind, nobody = OF[need.role]
    of = (*own(kind), *name(need.subject)) if need.subject.strip() else own(nobody)
    team = (*own(" ("), *name(need.team), *own(")")) if need.team.strip() else ()
    return (*strong("the owners of"), *own(" "), *of, *team)
