"""A VirtualService sends to a host of several ports and does not say to which.

Without a port the proxies take that of the listener on which the request came: behind a gateway 80 or 443, which the
Service rarely has, and callers get 503. Only where the host itself is called inside the mesh the port is the right
one. Name the port of the Service.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0112/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    is_variable,
    mappings_at,
    words_at,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.hosts import full_name
from bayplan.validation.mesh.kinds import VIRTUAL_SERVICE
from bayplan.validation.mesh.names import named_from
from bayplan.validation.mesh.parts import port_of
from bayplan.validation.routes import destinations_of, viewers_of
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
  gateways: [public]
  http: [{route: [{destination: {host: chat}}]}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: chat}
spec:
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [chat.example.com]}]
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  ports: [{name: http, port: 8080}, {name: http-admin, port: 9090}]
"""
GOOD = BAD.replace("{host: chat}", "{host: chat, port: {number: 8080}}")


@rule(
    "MSH003",
    severity=Severity.DOWN,
    rows=("I1",),
    kinds=(VIRTUAL_SERVICE,),
    fix="name the port of the Service: destination.port.number",
)
def route_must_name_a_port(route: Manifest, world: World) -> Iterator[Hit]:
    """Compare the listeners that may bring a request with the ports of the host that it is sent to."""
    listeners: tuple[frozenset[int], str] | None = None
    for destination in destinations_of(route):
        full = full_name(destination.host, route.ref.namespace)
        if destination.port is not None or is_variable(full):
            continue
        hosts = [host for viewer in viewers_of(route) for host in world.hosts.answering(full, viewer)]
        ports = frozenset[int]().union(*(host.ports for host in hosts))
        if len(ports) < 2:
            continue
        listeners = listeners or listeners_of(route, world)
        strange = sorted(listeners[0] - ports)
        if strange or listeners[1]:
            has = ", ".join(map(str, sorted(ports)))
            why = f"port {strange[0]} of the request is none of them" if strange else listeners[1]
            told = f"sends to {destination.host} of ports {has} without naming one: {why}"
            yield Hit(destination.pointer, told, Status.BROKEN if strange else Status.UNKNOWN)


def listeners_of(route: Manifest, world: World) -> tuple[frozenset[int], str]:
    """The ports on which requests for a VirtualService come, and why not all are known."""
    found, doubt = set[int](), ""
    for name in words_at(route.body, "spec", "gateways") or ("mesh",):
        key = named_from(name, route.ref.namespace)
        if name == "mesh":
            for host in words_at(route.body, "spec", "hosts"):
                full = full_name(host, route.ref.namespace)
                for one in world.hosts.answering(full, route.ref.namespace):
                    found |= one.ports
            doubt = doubt if found else "callers may use a port that it does not have"
        elif key in world.mesh.gateways:
            servers = mappings_at(world.mesh.gateways[key].body, "spec", "servers")
            found |= {port for _, server in servers if (port := port_of(server)) is not None}
        else:
            doubt = f"the ports of gateway {name} are not known"
    return frozenset(found), doubt
