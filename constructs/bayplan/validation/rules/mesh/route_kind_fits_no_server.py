"""A VirtualService has HTTP routes for a host whose Gateway does not read HTTP.

A server that passes TLS on, or of protocol TCP, never sees requests: it looks at `tls` and `tcp` routes alone, and
connections for that host are closed. End TLS at the gateway (mode SIMPLE), or route by `tls` with `sniHosts`.

Source: <https://istio.io/latest/docs/tasks/traffic-management/ingress/ingress-sni-passthrough/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mappings_at,
    words_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.gateways import servers_of
from bayplan.validation.mesh.kinds import VIRTUAL_SERVICE
from bayplan.validation.mesh.names import meet
from bayplan.validation.mesh.parts import gateways_of
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
  gateways: [ingress/public]
  http: [{directResponse: {status: 200}}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  servers:
    - {port: {number: 443, name: tls, protocol: TLS}, tls: {mode: PASSTHROUGH}, hosts: ["*.example.com"]}
"""
GOOD = BAD.replace(
    "{port: {number: 443, name: tls, protocol: TLS}, tls: {mode: PASSTHROUGH},",
    "{port: {number: 80, name: http, protocol: HTTP},",
)


@rule(
    "MSH016",
    severity=Severity.DOWN,
    rows=("I4",),
    kinds=(VIRTUAL_SERVICE,),
    fix="end TLS at the gateway, or route by tls and sniHosts",
)
def route_kind_fits_no_server(route: Manifest, world: World) -> Iterator[Hit]:
    """Look at the servers for the route's hosts: whether some reads what the route decides by."""
    has_http = bool(mappings_at(route.body, "spec", "http"))
    has_other = bool(mappings_at(route.body, "spec", "tls") or mappings_at(route.body, "spec", "tcp"))
    if has_http == has_other or "mesh" in (words_at(route.body, "spec", "gateways") or ("mesh",)):
        return
    hosts = words_at(route.body, "spec", "hosts")
    gateways = [world.mesh.gateways.get(key) for _, key in gateways_of(route)]
    known = [gateway for gateway in gateways if gateway is not None]
    servers = [
        server
        for gateway in known
        for server in servers_of(gateway)
        if any(meet(one.rpartition("/")[2], host) for one in server.hosts for host in hosts)
    ]
    if servers and len(known) == len(gateways) and not any(server.is_web is has_http for server in servers):
        kinds = "http routes" if has_http else "only tls and tcp routes"
        reads = "does not read HTTP" if has_http else "reads HTTP, and looks at http routes alone"
        protocol = servers[0].protocol
        told = f"has {kinds}, but the {protocol} server of {servers[0].gateway.ref} {reads}"
        part = "http" if has_http else ("tls" if mappings_at(route.body, "spec", "tls") else "tcp")
        yield Hit(pointer("spec", part), told, world.mesh.status_with(servers[0].gateway))
