"""Apps by colour, and every workload with its pool and its share of the price."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.placement.share import share
from bayplan.placement.words import count
from bayplan.report.html.colors import app_of
from bayplan.report.html.markup import Markup, tag
from bayplan.report.money import span, usd_per_hour, usd_per_month

if TYPE_CHECKING:
    from bayplan.placement.plan import Plan, Seat
    from bayplan.placement.problem import Problem
    from bayplan.report.html.colors import Colors

NAMED = 30
"""Apps in the legend: the dearest."""


def legend(problem: Problem, plan: Plan, painted: Colors) -> Markup:
    """A swatch for each app, the dearest first, with its share of the price at the maximum load."""
    paid: dict[str, int] = defaultdict(int)
    for seat in plan.seats:
        paid[app_of(seat.workload)] += _share(problem, seat, seat.pods_max)
    dearest = sorted(paid, key=lambda app: (-paid[app], app))
    items = [
        tag("li", tag("span", style=painted.of_app(app), class_="swatch"), tag("b", app), f" {usd_per_hour(paid[app])}")
        for app in dearest[:NAMED]
    ]
    if len(dearest) > NAMED:
        items.append(tag("li", f"and {len(dearest) - NAMED:,} more apps: see the table"))
    return tag("ul", *items, class_="legend", aria_label="Apps, and their share of the price in USD/h at maximum load")


def workloads(problem: Problem, plan: Plan, painted: Colors) -> Markup:
    """A row for each workload and pool."""
    head = ("workload", "pool", "pods", "share, USD/h", "USD a month")
    classes = ("", "", "figure", "figure", "figure")
    table = tag(
        "table",
        tag("caption", "Workloads, their pools, and the share of the nodes that their pods take"),
        tag(
            "thead",
            tag(
                "tr", *(tag("th", name, scope="col", class_=of or None) for name, of in zip(head, classes, strict=True))
            ),
        ),
        tag("tbody", *(_row(problem, seat, painted) for seat in plan.seats)),
    )
    many = count(len(plan.seats), "seat")
    return tag(
        "details", tag("summary", f"All workloads as a table ({many})"), tag("div", table, class_="wide"), class_="all"
    )


def _row(problem: Problem, seat: Seat, painted: Colors) -> Markup:
    low, high = (_share(problem, seat, pods) for pods in (seat.pods_min, seat.pods_max))
    demand = problem.demand(seat.workload)
    later = demand.pods_later if demand else 0
    return tag(
        "tr",
        tag("th", tag("span", style=painted.style(seat.workload), class_="swatch"), seat.workload, scope="row"),
        tag("td", seat.pool + (f" ({seat.zone})" if seat.zone else "")),
        tag("td", f"later {later}" if later else span(str(seat.pods_min), str(seat.pods_max)), class_="figure"),
        tag("td", span(usd_per_hour(low), usd_per_hour(high)), class_="figure"),
        tag("td", span(usd_per_month(low), usd_per_month(high)), class_="figure"),
    )


def _share(problem: Problem, seat: Seat, pods: int) -> int:
    demand, pool = problem.demand(seat.workload), problem.pool(seat.pool)
    return share(demand, pool, pods) if demand and pool else 0
