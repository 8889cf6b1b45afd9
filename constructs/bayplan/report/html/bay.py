"""One pool: its nodes, how full they are, and the room that is free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.words import count
from bayplan.report.html.markup import TIMES, Markup, join, tag
from bayplan.report.html.node import LARGE, SMALL, Box, describe, draw
from bayplan.report.html.room import amount, lanes, long
from bayplan.report.money import usd_per_hour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.pool import Pool
    from bayplan.placement.problem import Problem
    from bayplan.placement.seating import Alike
    from bayplan.report.html.colors import Colors

MOST_LARGE = 24
"""Boxes of one bay that have labels; more are drawn small, and say what they hold when pointed at."""


def bay(problem: Problem, pool: Pool, filled: Sequence[Alike], colors: Colors, *, machine: str, key: str) -> Markup:
    """A section: what the pool is, how full it is in all, its nodes."""
    nodes = sum(alike.number for alike in filled)
    shown = lanes(pool, [alike.used for alike in filled])
    size = LARGE if len(filled) <= MOST_LARGE else SMALL
    boxes = [
        Box(
            problem=problem,
            pool=pool,
            alike=alike,
            lanes=shown,
            colors=colors,
            size=size,
            headed=size.labels or any(alike.number > 1 for alike in filled),
            key=f"{key}n{number}",
        )
        for number, alike in enumerate(filled)
    ]
    return tag(
        "section",
        tag(
            "header",
            tag("h4", pool.name, id=key),
            tag("p", _facts(pool, machine), class_="facts"),
            tag("p", tag("b", count(nodes, "node")), f" of at most {pool.nodes_max:,}", class_="nodes"),
            tag("p", tag("b", usd_per_hour(nodes * pool.e4_usd_per_hour)), " USD/h", class_="price"),
        ),
        tag("dl", *(_meter(pool, kind, nodes, filled) for kind in shown), class_="meters"),
        tag("ul", *(tag("li", draw(box)) for box in boxes), class_=f"nodes {size.name}"),
        _table(pool, filled, shown),
        class_="bay",
        aria_labelledby=key,
    )


def _facts(pool: Pool, machine: str) -> str:
    capacity = "" if pool.capacity == "on-demand" else f"{pool.capacity} · "
    zones = "zone" if len(pool.zones) == 1 else "zones"
    price = f"{usd_per_hour(pool.e4_usd_per_hour)} USD/h a node"
    return f"{machine + ' · ' if machine else ''}{capacity}{price} · {zones} {', '.join(pool.zones)}"


def _meter(pool: Pool, kind: int, nodes: int, filled: Sequence[Alike]) -> Markup:
    taken, room = sum(alike.number * alike.used[kind] for alike in filled), nodes * pool.room[kind]
    percent = taken * 100 // room if room else 0
    said = f"{amount(kind, taken)} of {amount(kind, room)}, {amount(kind, room - taken)} free"
    bar = tag("span", tag("span", style=f"width:{percent}%"), class_="bar", aria_hidden="true")
    return tag("div", tag("dt", long(pool, kind)), tag("dd", bar, tag("span", said)))


def _table(pool: Pool, filled: Sequence[Alike], shown: tuple[int, ...]) -> Markup:
    rows = [
        tag(
            "tr",
            tag("td", alike.number, class_="figure"),
            tag("td", ", ".join(f"{workload} {TIMES}{pods}" for workload, pods in alike.held) or "idle"),
            tag("td", describe(pool, alike, shown)),
        )
        for alike in filled
    ]
    head = tag("tr", *(tag("th", name, scope="col") for name in ("nodes", "pods on each", "used and free on each")))
    table = tag("table", tag("caption", f"Nodes of {pool.name}"), tag("thead", head), tag("tbody", *rows))
    return tag("details", tag("summary", "these nodes as a table"), tag("div", table, class_="wide"))


def unused(pools: Sequence[Pool]) -> Markup:
    """Pools without a node: named, not drawn."""
    if not pools:
        return join()
    names = ", ".join(f"{pool.name} (up to {pool.nodes_max:,})" for pool in pools)
    return tag("p", f"Without a node at this load: {names}.", class_="unused")
