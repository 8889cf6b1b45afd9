"""The three figures of a plan, realised first, at both ends of the load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.report.money import percent, usd_per_hour, usd_per_month
from bayplan.report.text.canvas import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from bayplan.report.account import Figures

LOADS = {"min": "minimum load", "max": "maximum load"}


def costs(figures: Sequence[Figures]) -> RenderableType:
    """A row an end of the load."""
    rows = table(
        "  USD/h at", "realised", "packed", "bound", "realised above bound", "USD a month", right=frozenset(range(1, 6))
    )
    for one in figures:
        packed = "unknown" if one.packed_e4_usd_per_hour is None else usd_per_hour(one.packed_e4_usd_per_hour)
        rows.add_row(
            f"  {LOADS[one.level]}",
            f"[bold]{usd_per_hour(one.realised_e4_usd_per_hour)}[/bold]",
            packed,
            usd_per_hour(one.bound_e4_usd_per_hour),
            percent(one.gap_permyriad),
            usd_per_month(one.realised_e4_usd_per_hour),
        )
    return rows
