"""The ways that are opened or closed, as a picture: who reaches whom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.report.html.colors import colors
from bayplan.report.html.graph_app import Paint, picture, shortened
from bayplan.report.html.graph_layout import Line, lay_out
from bayplan.report.html.markup import Markup, tag
from bayplan.report.review.page.words import shown
from bayplan.validation.reachability.flows import Place

if TYPE_CHECKING:
    from bayplan.review.flow import Flow
    from bayplan.review.review import Review

NAMED = re.compile(r"(?P<namespace>[^\s/()]+)/(?P<name>[^\s/()]+)(?: \((?P<kind>\w+)\))?")
MOST_LINES = 60
"""Ways that a picture can show; the table has all."""


def traffic(review: Review) -> Markup | None:
    """A picture for each cluster."""
    clusters = sorted({one.cluster for one in review.flows})
    drawn = [cluster(review, name, f"net{at}", several=len(clusters) > 1) for at, name in enumerate(clusters)]
    return tag("div", *drawn)


def cluster(review: Review, name: str, key: str, *, several: bool) -> Markup:
    """The ways of one cluster."""
    flows = [one for one in review.flows if one.cluster == name]
    title = f"Ways of {shown(name)}" if several else "Ways that are opened or closed"
    head = tag("h3", title, id=key)
    if len(flows) > MOST_LINES:
        return tag(
            "div", head, tag("p", f"{len(flows):,} ways are too many to draw: the table has them.", class_="note")
        )
    lines = list(dict.fromkeys(line(one) for one in flows))
    places = sorted({place for one in lines for place in (one.source, one.target)})
    paint = Paint({}, colors(f"{place.namespace}/" for place in places if not place.is_outside), "")
    drawn = picture(lay_out(lines, places), lines, paint, key)
    keys = tag(
        "p",
        *(part for kind in ("opened", "closed", "kept") for part in (tag("span", class_=f"key {kind}"), f"{kind} ")),
        class_="note",
    )
    frame = tag("div", drawn, class_="scroll", tabindex=0, role="region", aria_label=f"{title}: picture")
    return tag("div", head, keys, frame, class_="app")


def line(one: Flow) -> Line:
    """A way: opened, closed, or by something else than before."""
    kind = "kept" if one.before == one.after else ("opened" if one.after else "closed")
    return Line(source=place(one.source), target=place(one.target), label=shortened(shown(one.ports)), kind=kind)


def place(name: str) -> Place:
    """`chat/web` or `chat/db (StatefulSet)` of the tree; everything else is outside."""
    found = NAMED.fullmatch(shown(name))
    if not found:
        return Place(is_outside=True, namespace="", name=shown(name) or "?", takes_all=False, sends_all=False)
    kind = found["kind"] or "Deployment"
    return Place(namespace=found["namespace"], name=f"{kind} {found['name']}", takes_all=False, sends_all=False)
