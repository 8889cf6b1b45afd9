"""Why a workload runs where it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from bayplan.report.money import span, usd_per_hour
from bayplan.report.text.canvas import draw, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bayplan.placement.explain import Explanation


def render(cluster: str, explanation: Explanation, *, color: bool) -> str:
    """What it asks for, where it runs, and what is to be said of every other pool."""
    seats = ", ".join(
        f"{seat.pool} ({span(str(seat.pods_min), str(seat.pods_max))} pods)" for seat in explanation.seats
    )
    return draw(
        f"[bold]{escape(explanation.workload)}[/bold] on {escape(cluster)}: {escape(explanation.asks)}",
        f"  runs on {escape(seats)}",
        "",
        others(explanation),
        "",
        color=color,
    )


def others(explanation: Explanation) -> RenderableType:
    """A row for each pool that it does not run on."""
    rows = table("  other pool", "why not")
    for other in explanation.alternatives:
        low, high = other.extra_min_e4_usd_per_hour, other.extra_max_e4_usd_per_hour
        price = f"would change the cost by {span(signed(low), signed(high))} USD/h"
        rows.add_row(f"  {other.pool}", escape("; ".join(other.ruled_out)) or price)
    return rows


def signed(e4_usd: int) -> str:
    """`+0.4032` or `-0.4032`."""
    return ("-" if e4_usd < 0 else "+") + usd_per_hour(abs(e4_usd))
