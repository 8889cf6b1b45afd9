"""Two Gateways serve one host on one port of the same pods.

Plain HTTP of both is merged, so it works; but a VirtualService of either serves callers of both, and settings that
only one has (redirect to HTTPS, limits to a namespace) do not hold. Serve a host by one Gateway.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0145/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.mesh.gateways import WEB, everyone_on, servers_of
from bayplan.validation.mesh.kinds import GATEWAY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: chat, namespace: chat}
spec:
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [chat.example.com]}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: next, namespace: chat}
spec:
  servers:
    - {port: {number: 80, name: http, protocol: HTTP}, hosts: [chat.example.com], tls: {httpsRedirect: true}}
"""
GOOD = BAD.replace("hosts: [chat.example.com], tls", "hosts: [next.example.com], tls")


@rule(
    "MSH022",
    severity=Severity.RISK,
    rows=("I4",),
    kinds=(GATEWAY,),
    confidence=Confidence.MEDIUM,
    fix="serve a host by one Gateway",
)
def host_is_on_two_gateways(gateway: Manifest, world: World) -> Iterator[Hit]:
    """Compare the plain HTTP servers of a Gateway with those of others on the same port that are not just alike."""
    for server in servers_of(gateway):
        for other in everyone_on(server, world, *server.hosts) if server.protocol in WEB else ():
            shared = sorted({*server.hosts} & {*other.hosts})
            if other.protocol in WEB and shared and server.tls != other.tls:
                told = f"serves {shared[0]} on port {server.port}, as {other.gateway.ref} does with other settings"
                yield Hit(f"{server.pointer}/hosts", told, world.mesh.status_with(other.gateway, gateway))
                break
