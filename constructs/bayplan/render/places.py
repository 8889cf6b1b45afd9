"""The place of every workload of a cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.site import Place, Share, berth_of, site_of
from bayplan.render.traffic import Traffic
from bayplan.render.weights import hundredths
from bayplan.spec.machine import storage_class
from bayplan.spec.slices import slice_resource
from bayplan.spec.traits.load import in_thousandths
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
    shares = {
        (app.name, workload.name): _shares(cluster, machines, workload, _parts(f"{app.name}/{workload.name}", seats))
        for app in apps
        for workload in app.workloads
    }
    return {
        (app.name, workload.name): Place(
            site=site_of(cluster, app=app.name, team=app.team),
            berth=_berth(cluster, machines, workload, seats.get(f"{app.name}/{workload.name}", [])),
            callers=traffic.callers(app.name, workload.name),
            callees=traffic.callees(app.name, workload.name),
            routes=tuple(
                replace(
                    route,
                    weights=tuple((one.part, one.weight) for one in shares[route.app, route.workload] if one.weight),
                )
                for route in traffic.routes(app.name, workload.name)
            ),
            shares=shares[app.name, workload.name],
            waits=workload.waits and f"{app.name}/{workload.name}" not in seats,
        )
        for app in apps
        for workload in app.workloads
    }


def _parts(workload: str, seats: Mapping[str, list[Seat]]) -> dict[str, list[Seat]]:
    """Seats of the parts of a workload, by name of the part, sorted."""
    return {name.removeprefix(f"{workload}@"): seats[name] for name in sorted(seats) if name.startswith(f"{workload}@")}


def _shares(
    cluster: Cluster, machines: Mapping[str, Machine], workload: Workload, parts: Mapping[str, list[Seat]]
) -> tuple[Share, ...]:
    """One share for each part that has a seat."""
    carriers = {carrier.part: carrier for carrier in workload.load.carried_by} if workload.load else {}
    weights = hundredths(
        {
            part: in_thousandths(carriers[part].throughput) * sum(seat.pods_max for seat in seats)
            for part, seats in parts.items()
            if part in carriers
        }
    )
    return tuple(
        Share(
            part=part,
            replicas_min=sum(seat.pods_min for seat in seats),
            replicas_max=sum(seat.pods_max for seat in seats),
            berth=_berth(cluster, machines, workload, seats),
            accelerator=carriers[part].accelerator if part in carriers else workload.accelerator,
            weight=weights.get(part, 0),
        )
        for part, seats in parts.items()
    )


def _berth(cluster: Cluster, machines: Mapping[str, Machine], workload: Workload, seats: Sequence[Seat]) -> Berth:
    """What the plan decided, and the names that depend on the cluster."""
    berth = berth_of(machines, {seat.pool for seat in seats})
    slices = slice_resource(cluster, workload.accelerator) if workload.accelerator else ""
    return replace(
        berth,
        zones=tuple(sorted({seat.zone for seat in seats if seat.zone})),
        even=any(seat.even for seat in seats),
        storage_class=storage_class(cluster, workload.storage) if workload.storage else "",
        resource=slices or berth.resource,
    )
