"""What a plan costs before and after, and the nodes of its pools, as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.report.html.markup import Markup, join, tag
from bayplan.report.money import usd_per_month
from bayplan.report.review.page.words import shown
from bayplan.report.review.sections.pools import is_there, nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.review.plan import Placement
    from bayplan.review.review import Review

WIDTH, TALL = 1000, 16
"""Measures of a bar, in its own units."""
MOST_BOXES = 60
"""Nodes that are drawn one by one; more are one bar."""


def costs(review: Review) -> Markup | None:
    """A figure for each cluster: the month before and after, at both ends of the load."""
    told = [one for one in review.placements if max(ends(one)[0] + ends(one)[1])]
    return join(*(cost(one, heading=len(told) > 1) for one in told)) if told else None


def ends(one: Placement) -> tuple[tuple[int, int], tuple[int, int]]:
    """Minimum and maximum, before and after."""
    return (one.cost_min_before, one.cost_max_before), (one.cost_min_after, one.cost_max_after)


def cost(one: Placement, *, heading: bool) -> Markup:
    """Bars of money."""
    before, after = ends(one)
    most = max(*before, *after, 1)
    rows: list[Markup] = []
    for at, load in enumerate(("minimum", "maximum")):
        for kind, value in (("before", before[at]), ("after", after[at])):
            said = f"{usd_per_month(value)} USD"
            rows.append(tag("span", f"{load} {kind}", class_="end"))
            rows.append(bar([(f"money {kind}", 0, WIDTH * value / most)], f"{load} load {kind}: {said} a month"))
            rows.append(tag("span", said, class_="value"))
    title = f"USD a month at minimum and maximum load{f' of {shown(one.cluster)}' if heading else ''}"
    return tag("figure", tag("figcaption", title), tag("div", *rows, class_="rows"))


def pools(review: Review) -> Markup | None:
    """A figure for each cluster: every pool's nodes before and after."""
    told = [one for one in review.placements if any(map(is_there, one.nodes))]
    return join(*(nodes_of(one, heading=len(told) > 1) for one in told)) if told else None


def nodes_of(one: Placement, *, heading: bool) -> Markup:
    """Nodes as boxes: full for those that are always there, hollow up to the maximum, dots up to the limit."""
    most = max(max(pool.max_before, pool.max_after, pool.limit_after) for pool in one.nodes)
    rows: list[Markup] = []
    for pool in filter(is_there, one.nodes):
        limits = (
            ("before", (pool.min_before, pool.max_before), 0),
            ("after", (pool.min_after, pool.max_after), pool.limit_after),
        )
        for kind, (low, high), limit in limits:
            rows.append(tag("span", tag("b", shown(pool.pool)) if kind == "before" else None, f" {kind}", class_="end"))
            said = f"{shown(pool.pool)} {kind}: {nodes((low, high))} nodes" + (f" of at most {limit}" if limit else "")
            rows.append(bar(boxes(low, high, limit, max(most, 1)), said))
            rows.append(tag("span", nodes((low, high)), class_="value"))
    title = f"Nodes{f' of {shown(one.cluster)}' if heading else ''}"
    keys = (("always", "at minimum load"), ("more", "up to maximum load"), ("room", "up to the limit"))
    legend = [part for kind, words in keys for part in (tag("span", class_=f"key {kind}"), words)]
    return tag("figure", tag("figcaption", f"{title}: ", *legend), tag("div", *rows, class_="rows"))


def boxes(low: int, high: int, limit: int, most: int) -> Iterable[tuple[str, float, float]]:
    """Class, beginning and width of each box."""
    step = WIDTH / most
    spans = (("always", 0, low), ("more", low, max(low, high)), ("room", max(low, high), limit))
    if most > MOST_BOXES:
        return [(kind, begin * step, (end - begin) * step) for kind, begin, end in spans if end > begin]
    gap = min(3.0, step / 4)
    return [(kind, at * step, step - gap) for kind, begin, end in spans for at in range(begin, end)]


def bar(parts: Iterable[tuple[str, float, float]], said: str) -> Markup:
    """A picture with its words."""
    return tag(
        "svg",
        tag("title", said),
        *(tag("rect", x=round(x, 1), width=round(width, 1), height=TALL, class_=kind) for kind, x, width in parts),
        viewBox=f"0 0 {WIDTH} {TALL}",
        preserveAspectRatio="none",
        role="img",
    )
