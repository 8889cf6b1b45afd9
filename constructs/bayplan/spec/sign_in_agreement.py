"""A host that one person signs in at belongs to one workspace."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bayplan.spec.workloads.server import Server
from bayplan.spec.workloads.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.complaint import Complaint
    from bayplan.spec.agreement import Apps
    from bayplan.spec.workloads.workload import Workload


def disagreements(apps: Apps) -> Iterator[Complaint]:
    """Workspaces whose host somebody else has, too, under whatever path."""
    taken = Counter(host for app, _ in apps for one in app.workloads if (host := host_of(one)))
    for app, source in apps:
        for number, one in enumerate(app.workloads):
            host = host_of(one)
            if isinstance(one, Workspace) and taken[host] > 1:
                others = [
                    f"{other.name}/{two.name}"
                    for other, _ in apps
                    for two in other.workloads
                    if host_of(two) == host and two is not one
                ]
                what = f"{app.name}/{one.name} is one person's under {host}, where {', '.join(others)} answers, too"
                yield source.place(f"/workloads/{number}/sign_in/host").complain(what, "Give it a host of its own.")


def host_of(workload: Workload) -> str:
    """Under which host the outside world reaches a workload; "" where it does not."""
    if isinstance(workload, Workspace):
        return workload.sign_in.host if workload.sign_in else ""
    return workload.expose.host if isinstance(workload, Server) and workload.expose else ""
