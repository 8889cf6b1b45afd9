"""What whoever makes the nodes of a cluster has to make, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from bayplan.report.money import span
from bayplan.report.text.canvas import draw, table
from bayplan.spec.cluster import POOL_LABEL
from bayplan.spec.mig import UNCUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.report.nodes import NodeKind


def render(cluster: str, kinds: Mapping[str, NodeKind], *, color: bool) -> str:
    """One cluster: a row a kind of nodes, then what each of them must carry besides."""
    rows = table(
        "  nodes", "made by", "type", "zones", "capacity", "always", "planned", "most", right=frozenset({5, 6, 7})
    )
    for name, one in kinds.items():
        rows.add_row(
            f"  {escape(name)}",
            one.provisioner or "-",
            one.instance or "custom",
            ", ".join(zone.removeprefix(one.region) for zone in one.zones),
            one.capacity,
            str(one.nodes.min),
            span(str(one.nodes.planned_min), str(one.nodes.planned_max)),
            str(one.nodes.max),
        )
    told = table("  nodes", "must have")
    for name, one in kinds.items():
        told.add_row(f"  {escape(name)}", escape("; ".join(_needs(one))))
    return draw(f"[bold]{escape(cluster)}[/bold]", "", rows, "", told, "", color=color)


def _needs(one: NodeKind) -> Iterator[str]:
    pool = one.labels[POOL_LABEL]
    yield f"label {POOL_LABEL}={pool}"
    yield from (f"label {key}={value}" for key, value in one.labels.items() if key != POOL_LABEL)
    for taint in one.taints:
        value = f"={taint['value']}" if taint["value"] else ""
        yield f"taint {taint['key']}{value}:{taint['effect']}"
    if one.accelerators:
        each = one.accelerators
        parts = (
            f", shared by {each.shares}"
            if each.shares > 1
            else f", cut {each.layout}"
            if each.layout not in ("", UNCUT)
            else ""
        )
        yield f"{each.count} x {each.model}{parts}"
    yield from (f"{count} {device}" for device, count in one.devices.items())
    yield f"room for {one.max_pods} pods"
    if one.disk_gib:
        yield f"a disk of {one.disk_gib} GiB"
    if one.system_reserved:
        yield "systemReserved " + ", ".join(f"{key} {amount}" for key, amount in one.system_reserved.items())
    if one.network:
        yield "a fast network"
