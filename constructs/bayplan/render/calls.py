"""Who calls whom on a cluster."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.render.site import Peer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.spec.app import App


class Calls:
    """The calls that workloads admit, seen from both ends. Callers that do not run on the cluster are left out."""

    def __init__(self, apps: Iterable[App]) -> None:
        peers = {
            (app.name, workload.name): (Peer(app=app.name, name=workload.name, port=workload.port), workload)
            for app in apps
            for workload in app.workloads
        }
        self._callers: dict[tuple[str, str], set[Peer]] = defaultdict(set)
        self._callees: dict[tuple[str, str], set[Peer]] = defaultdict(set)
        for here, (callee, workload) in peers.items():
            for text in workload.access.callers:
                app, _, name = text.rpartition("/")
                there = (app or here[0], name)
                if there in peers:
                    self._callers[here].add(peers[there][0])
                    self._callees[there].add(callee)

    def callers(self, app: str, workload: str) -> tuple[Peer, ...]:
        """Who may call a workload, sorted."""
        return tuple(sorted(self._callers[app, workload]))

    def callees(self, app: str, workload: str) -> tuple[Peer, ...]:
        """Whom a workload may call, sorted."""
        return tuple(sorted(self._callees[app, workload]))
