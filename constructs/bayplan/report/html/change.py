"""What is different from the committed plan: the words of the terminal, as lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.words import count, listing
from bayplan.report.html.markup import Markup, join, tag
from bayplan.report.money import change_of, span

if TYPE_CHECKING:
    from bayplan.placement.plan_changes import Move, PlanChange

NAMED = 12
"""Items of a list, and workloads of one move."""


def change(told: PlanChange) -> Markup:
    """Why, who moved where, which pools have other nodes, what it costs."""
    moves = [_move(one) for one in told.moves]
    nodes = [
        f"{one.pool} has {span(str(one.now_min), str(one.now_max))} nodes instead of"
        f" {span(str(one.before_min), str(one.before_max))}"
        for one in told.nodes
    ]
    return tag(
        "section",
        tag("h3", "What has changed"),
        tag("p", change_of(told.extra_min_e4_usd_per_hour, told.extra_max_e4_usd_per_hour), class_="lead"),
        _list("Because", list(told.asked)),
        _list("The committed plan could not stay", list(told.broken)),
        _list("Moves", moves),
        _list("Nodes", nodes),
        class_="change",
    )


def _list(title: str, items: list[str]) -> Markup:
    if not items:
        return join()
    more = [f"and {len(items) - NAMED} more"] if len(items) > NAMED else []
    return join(tag("h4", title), tag("ul", *(tag("li", item) for item in [*items[:NAMED], *more])))


def _move(one: Move) -> str:
    names = list(one.workloads)
    if len(names) > NAMED:
        names = [*names[:NAMED], f"{len(names) - NAMED} more"]
    who = f"{listing(names)} ({count(one.pods_max, 'pod')} at maximum load)"
    if not one.origin:
        return f"new: {who} in {listing(list(one.to))}" if one.to else f"new: {who}, not seated"
    if not one.to:
        return f"gone: {who} from {listing(list(one.origin))}"
    return f"{who}: from {listing(list(one.origin))} to {listing(list(one.to))}: {one.why}"
