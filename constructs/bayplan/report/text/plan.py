"""Plans: pools with their nodes and cost, workloads with their pools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from bayplan.report.money import span, usd_per_hour, usd_per_month
from bayplan.report.text.canvas import draw, table
from bayplan.spec.machine import machine_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bayplan.placement.plan import Plan
    from bayplan.spec.cluster import Cluster


def render(cluster: Cluster, plan: Plan, *, kept: bool, color: bool) -> str:
    """One cluster's plan."""
    return draw(title(plan, kept=kept), "", pools(cluster, plan), "", workloads(plan), "", color=color)


def title(plan: Plan, *, kept: bool) -> str:
    """Name, cost at both ends of the load, bound, and whether the lock was kept."""
    hourly = span(usd_per_hour(plan.cost_min_e4_usd_per_hour), usd_per_hour(plan.cost_max_e4_usd_per_hour))
    monthly = span(usd_per_month(plan.cost_min_e4_usd_per_hour), usd_per_month(plan.cost_max_e4_usd_per_hour))
    bound = usd_per_hour(plan.bound_min_e4_usd_per_hour)
    state = "kept" if kept else "decided anew"
    return f"[bold]{escape(plan.cluster)}[/bold]  {hourly} USD/h ({monthly} USD a month), bound {bound}; plan {state}"


def pools(cluster: Cluster, plan: Plan) -> RenderableType:
    """A row a pool: type, zones, price, nodes at both ends, limit."""
    rows = table("  pool", "type", "zones", "USD/h a node", "nodes", "limit", right=frozenset({3, 4, 5}))
    bays = {bay.pool: bay for bay in plan.bays}
    for pool in sorted(cluster.pools, key=lambda pool: pool.name):
        machine, bay = machine_of(cluster, pool), bays[pool.name]
        zones = ", ".join(zone.removeprefix(cluster.region) for zone in machine.zones)
        rows.add_row(
            f"  {pool.name}",
            machine.instance,
            zones,
            usd_per_hour(machine.e4_usd_per_hour),
            span(str(bay.nodes_min), str(bay.nodes_max)),
            str(pool.nodes.max),
        )
    return rows


def workloads(plan: Plan) -> RenderableType:
    """A row a workload and pool: pods at both ends."""
    rows = table("  workload", "pool", "pods", right=frozenset({2}))
    for seat in plan.seats:
        rows.add_row(f"  {seat.workload}", seat.pool, span(str(seat.pods_min), str(seat.pods_max)))
    return rows
