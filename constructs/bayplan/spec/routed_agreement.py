"""A host whose requests a router chooses replicas for is served by a gateway of its own."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.spec.sign_in_agreement import host_of
from bayplan.spec.workloads.model_server import ModelServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.complaint import Complaint
    from bayplan.spec.agreement import Apps
    from bayplan.spec.workloads.workload import Workload


def is_routed(workload: Workload) -> bool:
    """Whether requests from outside come by the gateway that asks routers."""
    return isinstance(workload, ModelServer) and workload.has_own_router


def disagreements(apps: Apps) -> Iterator[Complaint]:
    """Hosts that both gateways would have to serve: a name leads to one address."""
    others: dict[str, list[str]] = defaultdict(list)
    for app, _ in apps:
        for one in app.workloads:
            if (host := host_of(one)) and not is_routed(one):
                others[host].append(f"{app.name}/{one.name}")
    for app, source in apps:
        for number, one in enumerate(app.workloads):
            host = host_of(one)
            if is_routed(one) and others[host]:
                what = f"{app.name}/{one.name} is routed, and {', '.join(others[host])} answers under {host}, too: "
                what += "their gateways have different addresses"
                yield source.place(f"/workloads/{number}/expose/host").complain(what, "Give it a host of its own.")
