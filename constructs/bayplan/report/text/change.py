"""A new plan against the committed one, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from bayplan.placement.words import count, listing
from bayplan.report.money import change_of, span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.placement.plan_changes import Move, NodeChange, PlanChange

NAMED = 12
"""Lines of one kind; the lock's own diff has them all."""
NAMED_WORKLOADS = 4
"""Of those that go the same way."""


def change(told: PlanChange) -> list[str]:
    """Why, who moves where, which pools grow or shrink, what it costs."""
    lines = [f"  [bold]because[/bold]  {escape(says)}" for says in told.asked or ("the plan was asked to be renewed",)]
    if told.broken:
        lines = [*cut(lines), *cut(f"  [bold]so[/bold]       {escape(what)}" for what in told.broken)]
    moves = [line for one in told.moves for line in move(one)] or ["  [bold]moved[/bold]    nothing"]
    return [*cut(lines), *cut(moves, 2 * NAMED), *cut(nodes(one) for one in told.nodes), cost(told)]


def move(one: Move) -> list[str]:
    """Who goes from where to where, and why."""
    names = list(one.workloads)
    if len(names) > NAMED_WORKLOADS:
        names = [*names[:NAMED_WORKLOADS], f"{len(names) - NAMED_WORKLOADS} more"]
    pods = span(str(one.pods_min), count(one.pods_max, "pod"))
    if one.pods_min == one.pods_max:
        pods = count(one.pods_max, "pod")
    who = f"{listing(names)} ({pods})"
    if not one.origin:
        return [f"  [bold]new[/bold]      {escape(who)} in {escape(listing(list(one.to)))}"] if one.to else []
    if not one.to:
        return [f"  [bold]gone[/bold]     {escape(who)} from {escape(listing(list(one.origin)))}"]
    where = f"{listing(list(one.origin))} → {listing(list(one.to))}"
    return [f"  [bold]moved[/bold]    {escape(who)}: {escape(where)}", f"           [dim]{escape(one.why)}[/dim]"]


def nodes(one: NodeChange) -> str:
    """`general has 4 … 6 nodes instead of 3 … 5`."""
    now, before = span(str(one.now_min), str(one.now_max)), span(str(one.before_min), str(one.before_max))
    return f"  [bold]nodes[/bold]    {escape(one.pool)}: {now} instead of {before}"


def cost(told: PlanChange) -> str:
    """What it costs more or less, at both ends."""
    return f"  [bold]cost[/bold]     {change_of(told.extra_min_e4_usd_per_hour, told.extra_max_e4_usd_per_hour)}"


def cut(lines: Iterable[str], most: int = NAMED) -> list[str]:
    """So many that a person reads them."""
    all_lines = list(lines)
    return [*all_lines[:most], f"           and {len(all_lines) - most} more"] if len(all_lines) > most else all_lines
