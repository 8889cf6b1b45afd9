"""Who stands outside of the mesh cannot call into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.peer import full_name
from bayplan.spec.platform import runs_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.complaint import Complaint
    from bayplan.spec.agreement import Apps, Clusters


def disagreements(apps: Apps, clusters: Clusters) -> Iterator[Complaint]:
    """Callers whose pods have no proxy, and so no identity, where servers ask for one."""
    bare = {
        f"{app.name}/{workload.name}": (app, workload)
        for app, _ in apps
        for workload in app.workloads
        if not workload.in_mesh
    }
    for app, source in apps:
        for number, server in app.servers:
            for position, said in enumerate(server.access.callers):
                caller, workload = bare.get(full_name(app.name, said), (None, None))
                meshed = [
                    cluster.name
                    for cluster, _ in clusters
                    if caller and "istio" in cluster.controllers and runs_on(app, cluster) and runs_on(caller, cluster)
                ]
                if workload and meshed:
                    what = f"{said} is a {workload.kind}, whose pods have no proxy of the mesh: on cluster {meshed[0]}"
                    what += f" {server.name} refuses who has no identity"
                    fix = f"Remove it; let what {said} needs from {server.name} be fetched by a BatchJob before."
                    if workload.kind == "ModelServer":
                        fix = (
                            f"Remove it; let who calls {said} ask {server.name}, too, or say serving: plain for {said}."
                        )
                    yield source.place(f"/workloads/{number}/access/callers/{position}").complain(what, fix)
