"""A VirtualService routes to a port that the host does not have.

The name resolves, the port does not: the proxies have no cluster for it and callers get 503. The number is that of the
Service (`port`), not that of the container (`targetPort`). Name a port that the Service or ServiceEntry lists.

Source: <https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.hosts import full_name
from bayplan.validation.routes import VIRTUAL_SERVICE, destinations_of, viewers_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: chat}
spec:
  hosts: [chat.example.com]
  http: [{route: [{destination: {host: chat, port: {number: 8080}}}]}]
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  ports: [{name: http, port: 80, targetPort: 8080}]
"""
GOOD = BAD.replace("number: 8080", "number: 80")


@rule(
    "MSH002",
    severity=Severity.DOWN,
    rows=("I1",),
    kinds=(VIRTUAL_SERVICE,),
    fix="use a port of the Service, not of its containers",
)
def route_leads_to_wrong_port(route: Manifest, world: World) -> Iterator[Hit]:
    """Compare every destination's port with those of whoever answers to the host."""
    for destination in destinations_of(route):
        full = full_name(destination.host, route.ref.namespace)
        hosts = [host for viewer in viewers_of(route) for host in world.hosts.answering(full, viewer)]
        if destination.port is None or any(not host.ports for host in hosts):
            continue
        ports = sorted(frozenset[int]().union(*(host.ports for host in hosts)))
        if hosts and destination.port not in ports:
            has = ", ".join(map(str, ports))
            told = f"routes to port {destination.port} of {hosts[0].manifest.ref}, which has {has}"
            yield Hit(f"{destination.pointer}/port", told)
