"""The place of every workload of a cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.site import Place, berth_of, site_of
from bayplan.render.traffic import Traffic
from bayplan.spec.machine import storage_class
from bayplan.spec.slices import slice_resource
from bayplan.spec.variants import machines_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.placement.plan import Plan, Seat
    from bayplan.render.site import Berth
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.machine import Machine
    from bayplan.spec.workloads.workload import Workload


def places(cluster: Cluster, apps: Sequence[App], plan: Plan) -> dict[tuple[str, str], Place]:
    """Places by names of app and workload: what the plan, the cluster and the other apps mean for it."""
    machines = machines_of(cluster)
    seats: dict[str, list[Seat]] = {}
    for seat in plan.seats:
        seats.setdefault(seat.workload, []).append(seat)
    traffic = Traffic(apps)
    return {
        (app.name, workload.name): Place(
            site=site_of(cluster, app=app.name, team=app.team),
            berth=_berth(cluster, machines, workload, seats.get(f"{app.name}/{workload.name}", [])),
            callers=traffic.callers(app.name, workload.name),
            callees=traffic.callees(app.name, workload.name),
            routes=traffic.routes(app.name, workload.name),
        )
        for app in apps
        for workload in app.workloads
    }


def _berth(cluster: Cluster, machines: Mapping[str, Machine], workload: Workload, seats: Sequence[Seat]) -> Berth:
    """What the plan decided, and the names that depend on the cluster."""
    berth = berth_of(machines, {seat.pool for seat in seats})
    slices = slice_resource(cluster, workload.accelerator) if workload.accelerator else ""
    return replace(
        berth,
        zones=tuple(sorted({seat.zone for seat in seats if seat.zone})),
        storage_class=storage_class(cluster, workload.storage) if workload.storage else "",
        resource=slices or berth.resource,
    )
