"""The place of every workload of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.site import Place, berth_of, site_of
from bayplan.render.traffic import Traffic
from bayplan.spec.slices import slice_resource
from bayplan.spec.variants import machines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.plan import Plan
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster


def places(cluster: Cluster, apps: Sequence[App], plan: Plan) -> dict[tuple[str, str], Place]:
    """Places by names of app and workload: what the plan, the cluster and the other apps mean for it."""
    machines = machines_of(cluster)
    pools: dict[str, set[str]] = {}
    for seat in plan.seats:
        pools.setdefault(seat.workload, set()).add(seat.pool)
    traffic = Traffic(apps)
    return {
        (app.name, workload.name): Place(
            site=site_of(cluster, app=app.name, team=app.team),
            berth=berth_of(
                machines,
                pools.get(f"{app.name}/{workload.name}", ()),
                slice_resource(cluster, workload.accelerator) if workload.accelerator else "",
            ),
            callers=traffic.callers(app.name, workload.name),
            callees=traffic.callees(app.name, workload.name),
            routes=traffic.routes(app.name, workload.name),
        )
        for app in apps
        for workload in app.workloads
    }
