"""Why a workload runs where it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from bayplan.placement.words import count
from bayplan.report.money import change_of, span, usd_per_hour, usd_per_month
from bayplan.report.text.canvas import draw, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bayplan.placement.explain import Alternative, Explanation, Share


def render(cluster: str, explanation: Explanation, *, color: bool) -> str:
    """What it asks for, where it runs at what price, what binds there, and what is to be said of every other pool."""
    seats = [f"  runs in {seat(share)}" for share in explanation.shares] or ["  waits: there is no room for it"]
    return draw(
        f"[bold]{escape(explanation.workload)}[/bold] on {escape(cluster)}: {escape(explanation.asks)}",
        *seats,
        *(f"  binding: {escape(says)}" for says in explanation.binding),
        "",
        others(explanation),
        "",
        color=color,
    )


def seat(share: Share) -> str:
    """Its pool, its pods, and what they pay of the nodes."""
    low, high = share.min_e4_usd_per_hour, share.max_e4_usd_per_hour
    pods = span(str(share.pods_min), count(share.pods_max, "pod"))
    if share.pods_min == share.pods_max:
        pods = count(share.pods_max, "pod")
    hourly, monthly = span(usd_per_hour(low), usd_per_hour(high)), span(usd_per_month(low), usd_per_month(high))
    return escape(f"{share.pool}: {pods}, whose share of the nodes is {hourly} USD/h ({monthly} USD a month)")


def others(explanation: Explanation) -> RenderableType:
    """A row for each pool that it does not run in, the next best first."""
    rows = table("  other pool", "why not")
    for other in explanation.alternatives:
        rows.add_row(f"  {escape(other.pool)}", escape("; ".join(other.ruled_out) or price(other, explanation)))
    return rows


def price(other: Alternative, explanation: Explanation) -> str:
    """What the cluster would cost with the workload there."""
    said = f"there the plan {change_of(other.extra_min_e4_usd_per_hour, other.extra_max_e4_usd_per_hour)}"
    if other.estimated:
        said = f"about, by its share: {said}"
    return f"next best: {said}" if other.pool == explanation.next_best else said
