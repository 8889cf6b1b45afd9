"""Who reaches whom on which port and why, as a table; first what must get through and does not."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.markup import escape

from bayplan.report.text.canvas import draw, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from bayplan.validation.reachability.flows import Flow, Graph, Place, Stopped

NAMED = 4
"""Sources that are named in one row; more are counted."""


def render(graph: Graph, *, color: bool) -> str:
    """One cluster."""
    parts: list[RenderableType] = [f"[bold]{escape(graph.cluster or 'the tree')}[/bold]", ""]
    if graph.stopped:
        parts += [stopped(graph.stopped), ""]
    inner = [place for place in graph.places if not place.is_outside]
    parts += [flows(graph.flows), ""] if graph.flows else []
    parts += list(openness(inner))
    parts.append(count(graph, inner))
    return draw(*parts, color=color)


def stopped(stops: Sequence[Stopped]) -> RenderableType:
    """What is stopped, with the rule that tells more."""
    rows = table("  [red]stopped[/red]", "from", "to", "port", "because", "by")
    for one in stops:
        sure = "" if one.is_sure else " (perhaps)"
        by = ", ".join(short(policy) for policy in one.policies)
        rows.add_row(
            f"  {one.rule}{sure}",
            escape(str(one.source)),
            escape(str(one.target)),
            one.ports,
            escape(one.why),
            escape(by),
        )
    return rows


def flows(found: Sequence[Flow]) -> RenderableType:
    """What gets through, by target; sources that are let in alike share a row."""
    rows = table("  to", "from", "port", "by")
    ordered = sorted(
        found, key=lambda one: (one.target, one.ports, one.policies, one.refused_by, one.is_sure, one.source)
    )
    last = ""
    for key, same in groupby(
        ordered, key=lambda one: (one.target, one.ports, one.policies, one.refused_by, one.is_sure)
    ):
        target, ports, policies, refused, sure = key
        name = str(target)
        why = ", ".join(map(short, policies)) + ("" if sure else " (perhaps)")
        why += f"; refused by {', '.join(map(short, refused))}" if refused else ""
        sources = list(dict.fromkeys(str(one.source) for one in same))
        rows.add_row(f"  {escape(name)}" if name != last else "", escape(listed(sources)), ports, escape(why))
        last = name
    return rows


def openness(places: Sequence[Place]) -> list[RenderableType]:
    """Those that no policy isolates, in one direction or the other."""
    lines: list[RenderableType] = []
    for words, chosen in (
        ("open to everybody who may send, on every port", [one for one in places if one.takes_all]),
        ("may send to everybody who is open, on every port", [one for one in places if one.sends_all]),
    ):
        if chosen:
            lines += [f"  [bold]{words}[/bold]", *(f"    {escape(str(one))}" for one in chosen), ""]
    return lines


def count(graph: Graph, inner: Sequence[Place]) -> str:
    """One line of figures."""
    return f"  {len(inner)} kinds of pods, {len(graph.flows)} flows, {len(graph.stopped)} stopped"


def listed(names: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def short(policy: str) -> str:
    """`NetworkPolicy shop/web` without its kind where that is clear."""
    return policy.removeprefix("NetworkPolicy ")
