"""The end of a `synth`: what a person enjoys reading after `make`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from bayplan.report.findings.told import count
from bayplan.report.money import span, usd_per_hour, usd_per_month
from bayplan.report.text.canvas import draw, table
from bayplan.spec.catalogue.ec2 import PRICED_IN

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bayplan.report.summary import Summary

NAMED_FILES = 12
"""Files that are named one by one; a list that is longer is read in `git status`."""


def render(summary: Summary, *, color: bool) -> str:
    """Clusters, apps, what changed on disk, what was found."""
    return draw(
        "", clusters(summary), *prices(summary), "", apps(summary), "", *files(summary), findings(summary), color=color
    )


def clusters(summary: Summary) -> RenderableType:
    """A row a cluster."""
    rows = table(
        "cluster",
        "region",
        "apps",
        "objects",
        "pods",
        "nodes",
        "USD/h",
        "USD a month",
        "plan",
        right=frozenset(range(2, 8)),
    )
    for line in summary.clusters:
        low, high = line.e4_usd_per_hour_min, line.e4_usd_per_hour_max
        rows.add_row(
            f"[bold]{escape(line.name)}[/bold]",
            line.region,
            str(line.apps),
            str(line.objects),
            span(str(line.pods_min), str(line.pods_max)),
            span(str(line.nodes_min), str(line.nodes_max)),
            span(usd_per_hour(low), usd_per_hour(high)),
            span(usd_per_month(low), usd_per_month(high)),
            "kept" if line.plan_kept else "[yellow]decided anew[/yellow]",
        )
    return rows


def prices(summary: Summary) -> list[str]:
    """What is paid besides; and which clusters are priced as if they stood elsewhere: that is no bill."""
    paid = [
        f"{escape(line.name)}: {usd_per_hour(line.paid_e4_usd_per_hour)} USD/h besides for reserved nodes, used or not"
        for line in summary.clusters
        if line.paid_e4_usd_per_hour
    ]
    elsewhere = escape(", ".join(line.name for line in summary.clusters if line.borrows_prices))
    said = f"[yellow]{elsewhere}: prices of {PRICED_IN}; say `usd_per_hour` on pools for those of the region[/yellow]"
    return [*paid, *([said] if elsewhere else [])]


def apps(summary: Summary) -> RenderableType:
    """A row an app, with its objects on each cluster."""
    rows = table("app", "team", "written in", "workloads", "objects", right=frozenset({3}))
    for line in summary.apps:
        objects = ", ".join(f"{number} on {cluster}" for cluster, number in sorted(line.objects.items()))
        origin = line.origin.partition("#")[0]
        rows.add_row(f"[bold]{escape(line.name)}[/bold]", line.team, escape(origin), str(line.workloads), objects)
    return rows


def files(summary: Summary) -> list[str]:
    """What changed in `dist/`, file by file where that can be read."""
    signs = [("+", "green", summary.added), ("~", "yellow", summary.changed), ("-", "red", summary.removed)]
    named = [f"  [{style}]{sign}[/{style}] {escape(path)}" for sign, style, paths in signs for path in paths]
    if not named:
        return [f"dist/     nothing changed ({summary.unchanged} files)"]
    counts = f"{len(summary.added)} files added, {len(summary.changed)} changed, {len(summary.removed)} removed"
    more = [f"  and {len(named) - NAMED_FILES} more: git status dist/"] if len(named) > NAMED_FILES else []
    return [f"dist/     {counts}, {summary.unchanged} as they were", *named[:NAMED_FILES], *more]


def findings(summary: Summary) -> str:
    """How many findings, the worst first."""
    told = count(summary.findings)
    return f"findings  [red]{told}[/red]: bayplan check" if summary.findings else "findings  [green]none[/green]"
