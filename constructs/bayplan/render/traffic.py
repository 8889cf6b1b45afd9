"""Who calls whom on a cluster, and which way the outside world comes in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.render.site import Peer, Route, canary_of, route_to
from bayplan.spec.workloads.server import Server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.spec.app import App

    Seen = dict[tuple[str, str], list[Peer]]


class Traffic:
    """The calls and routes of all apps of a cluster. Callers that do not run on the cluster are left out."""

    def __init__(self, apps: Sequence[App]) -> None:
        self._callers, self._callees = _calls(apps)
        self._routes = _routes(apps)

    def callers(self, app: str, workload: str) -> tuple[Peer, ...]:
        """Who may call a workload, sorted."""
        return tuple(sorted(set(self._callers[app, workload])))

    def callees(self, app: str, workload: str) -> tuple[Peer, ...]:
        """Whom a workload may call, sorted."""
        return tuple(sorted(set(self._callees[app, workload])))

    def routes(self, app: str, workload: str) -> tuple[Route, ...]:
        """For the first workload of a host name the routes of all that share it; () for the others."""
        return self._routes.get((app, workload), ())


def _calls(apps: Sequence[App]) -> tuple[Seen, Seen]:
    peers = {
        (app.name, workload.name): Peer(
            app=app.name, name=workload.name, port=workload.port if isinstance(workload, Server) else 0
        )
        for app in apps
        for workload in app.workloads
    }
    callers: Seen = defaultdict(list)
    callees: Seen = defaultdict(list)
    for app in apps:
        for _, workload in app.servers:
            here = (app.name, workload.name)
            for text in workload.access.callers:
                other, _, name = text.rpartition("/")
                there = (other or app.name, name)
                if there in peers:
                    callers[here].append(peers[there])
                    callees[there].append(peers[here])
    _let_canaries(apps, peers, callers, callees)
    return callers, callees


def _let_canaries(apps: Sequence[App], peers: Mapping[tuple[str, str], Peer], callers: Seen, callees: Seen) -> None:
    """Who may call a workload may call its canary: the mesh sends a share of its requests there."""
    for app in apps:
        for _, workload in app.servers:
            canary = canary_of(workload)
            for caller in callers[app.name, workload.name] if canary else ():
                there = (app.name, canary[0] if canary else "")
                callers[there].append(caller)
                callees[caller.app, caller.name].append(peers[there])


def behind_gateway(apps: Sequence[App]) -> set[tuple[str, str]]:
    """The canaries of workloads that are exposed."""
    exposed = ((app.name, canary_of(workload)) for app in apps for _, workload in app.servers if workload.expose)
    return {(app, canary[0]) for app, canary in exposed if canary}


def _routes(apps: Sequence[App]) -> dict[tuple[str, str], tuple[Route, ...]]:
    first: dict[str, tuple[str, str]] = {}
    routes: dict[tuple[str, str], tuple[Route, ...]] = {}
    for app in apps:
        for _, workload in app.servers:
            if workload.expose:
                owner = first.setdefault(workload.expose.host, (app.name, workload.name))
                routes[owner] = (*routes.get(owner, ()), route_to(app.name, workload, workload.expose))
    return routes
