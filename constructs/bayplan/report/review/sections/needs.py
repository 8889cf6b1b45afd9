"""Who has to agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.report.review.line import Item, Line, Rank, Section, name, own, said, strong
from bayplan.review.need import Role

if TYPE_CHECKING:
    from bayplan.review.need import Need
    from bayplan.review.review import Review

OF = {Role.APP_OWNER: ("", "the app"), Role.CLUSTER_OWNER: ("cluster ", "the clusters")}
"""What they own, with its name and without."""


def section(review: Review) -> Section:
    """One line for each who has to agree."""
    items = tuple(item(need, whys) for need, whys in together(review))
    return Section(key="needs", title="What this change needs", items=items)


def together(review: Review) -> list[tuple[Need, list[str]]]:
    """Whoever is asked for several reasons, or for several clusters, once."""
    found: dict[Line, tuple[Need, list[str]]] = {}
    for need in review.needs:
        found.setdefault(who(need), (need, []))[1].append(need.why)
    return list(found.values())


def item(need: Need, whys: list[str]) -> Item:
    """Who, and why."""
    shown = "; ".join(why.strip().rstrip(".") for why in dict.fromkeys(whys) if why.strip())
    return Item(rank=Rank.NEEDS, cells=((*who(need), *own(": " if shown else ""), *said(shown), *own(".")),))


def who(need: Need) -> Line:
    """`the owners of chat (team-a)`."""
    if need.role is Role.SECOND_REVIEWER:
        return strong("a second reviewer")
    kind, nobody = OF[need.role]
    of = (*own(kind), *name(need.subject)) if need.subject.strip() else own(nobody)
    team = (*own(" ("), *name(need.team), *own(")")) if need.team.strip() else ()
    return (*strong("the owners of"), *own(" "), *of, *team)
