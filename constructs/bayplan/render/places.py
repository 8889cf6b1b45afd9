"""The place of every workload of a cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.site import Place, Share, berth_of, site_of
from bayplan.render.traffic import Traffic, behind_gateway
from bayplan.render.traits.secrets import seal_of
from bayplan.render.weights import hundredths
from bayplan.spec.claims import claim_on
from bayplan.spec.machine import storage_class
from bayplan.spec.provisioning import is_karpenters
from bayplan.spec.queueing.flavor import flavors_of
from bayplan.spec.secret import name_of
from bayplan.spec.slices import slice_resource
from bayplan.spec.traits.load import in_thousandths
from bayplan.spec.variants import machines_of
from bayplan.spec.workloads.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bayplan.placement.plan import Plan, Seat
    from bayplan.render.site import Berth
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.machine import Machine
    from bayplan.spec.sealed import Sealed
    from bayplan.spec.traits.accelerator import Accelerator
    from bayplan.spec.workloads.workload import Workload


def places(
    cluster: Cluster, apps: Sequence[App], plan: Plan, sealed: Iterable[Sealed] = ()
) -> dict[tuple[str, str], Place]:
    """Places by names of app and workload: what the plan, the cluster and the other apps mean for it.

    `sealed` are the encrypted secrets of all clusters.
    """
    sealed = [one for one in sealed if one.cluster == cluster.name]
    machines = machines_of(cluster)
    seats: dict[str, list[Seat]] = {}
    for seat in plan.seats:
        seats.setdefault(seat.workload, []).append(seat)
    traffic, canaries = Traffic(apps), behind_gateway(apps)
    shares = {
        (app.name, workload.name): _shares(cluster, machines, workload, _parts(f"{app.name}/{workload.name}", seats))
        for app in apps
        for workload in app.workloads
    }
    return {
        (app.name, workload.name): Place(
            site=site_of(cluster, app=app.name, team=app.team),
            berth=_berth(
                cluster, machines, workload, seats.get(f"{app.name}/{workload.name}", []), _accelerator(workload)
            ),
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
            behind_gateway=(app.name, workload.name) in canaries,
            pull_secret=name_of(f"{app.pull_secret}#") if app.pull_secret else "",
            seal=seal_of(workload.secrets, [one for one in sealed if one.app == app.name]),
            externals=tuple(one for one in app.externals if one.address),
            waits=workload.waits and not _seated(f"{app.name}/{workload.name}", seats),
        )
        for app in apps
        for workload in app.workloads
    }


def _seated(workload: str, seats: Mapping[str, list[Seat]]) -> bool:
    """Whether it has a seat, whole or in parts."""
    return workload in seats or bool(_parts(workload, seats))


def _parts(workload: str, seats: Mapping[str, list[Seat]]) -> dict[str, list[Seat]]:
    """Seats of the parts of a workload, by name of the part, sorted."""
    return {name.removeprefix(f"{workload}@"): seats[name] for name in sorted(seats) if name.startswith(f"{workload}@")}


def _shares(
    cluster: Cluster, machines: Mapping[str, Machine], workload: Workload, parts: Mapping[str, list[Seat]]
) -> tuple[Share, ...]:
    """One share for each part that has a seat."""
    load = workload.load if isinstance(workload, Server) else None
    carriers = {carrier.part: carrier for carrier in load.carried_by} if load else {}
    groups = {group.name: group for group in workload.groups}
    weights = hundredths(
        {
            part: in_thousandths(carriers[part].throughput) * sum(seat.pods_max for seat in seats)
            for part, seats in parts.items()
            if part in carriers
        }
    )
    accelerators = {
        part: carriers[part].accelerator
        if part in carriers
        else groups[part].accelerator
        if part in groups
        else workload.accelerator
        for part in parts
    }
    return tuple(
        Share(
            part=part,
            replicas_min=sum(seat.pods_min for seat in seats),
            replicas_max=sum(seat.pods_max for seat in seats),
            berth=_berth(cluster, machines, workload, seats, accelerators[part]),
            accelerator=accelerators[part],
            weight=weights.get(part, 0),
        )
        for part, seats in parts.items()
    )


def _accelerator(workload: Workload) -> Accelerator | None:
    """Of the pods of a workload that has one group of them."""
    return workload.groups[0].accelerator


def _berth(
    cluster: Cluster,
    machines: Mapping[str, Machine],
    workload: Workload,
    seats: Sequence[Seat],
    accelerator: Accelerator | None,
) -> Berth:
    """What the plan decided, and the names that depend on the cluster."""
    berth = berth_of(machines, {seat.pool for seat in seats})
    slices = slice_resource(cluster, accelerator) if accelerator else ""
    resource = slices or berth.resource
    chosen = [machines[name] for name in berth.pools]
    return replace(
        berth,
        bought=any(is_karpenters(cluster, one) for one in cluster.pools if one.name in {each.pool for each in chosen}),
        claim=claim_on(cluster, chosen, resource, accelerator) if accelerator else None,
        zones=tuple(sorted({seat.zone for seat in seats if seat.zone})),
        even=any(seat.even for seat in seats),
        storage_class=storage_class(cluster, workload.storage) if workload.storage else "",
        resource=resource,
        levels=_levels(cluster, {seat.pool for seat in seats}),
    )


def _levels(cluster: Cluster, pools: set[str]) -> tuple[str, ...]:
    """What all of some pools have in common; a queue is asked for it only where every flavor knows it."""
    known = {flavor.levels for name, flavor in flavors_of(cluster).items() if name in pools}
    return known.pop() if len(known) == 1 else ()
