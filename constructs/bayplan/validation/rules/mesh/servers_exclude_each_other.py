"""Two Gateways ask for one port of the same pods in ways that exclude each other.

Only the older one is taken: a port speaks plain HTTP, plain TCP or TLS, and with TLS each host can be served once. The
other is dropped, and istiod tells it in its log alone. Use another port or host, or one Gateway for both.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0145/>
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.mesh.gateways import (
    OPEN,
    OPEN_WEB,
    SEALED,
    SEALED_WEB,
    WEB,
    Server,
    everyone_on,
    servers_of,
)
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
  servers: [{port: {number: 8000, name: http, protocol: HTTP}, hosts: [chat.example.com]}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: broker, namespace: chat}
spec:
  servers: [{port: {number: 8000, name: tcp, protocol: TCP}, hosts: [broker.example.com]}]
"""
GOOD = BAD.replace("number: 8000, name: tcp", "number: 9000, name: tcp")


@rule(
    "MSH021",
    severity=Severity.DOWN,
    rows=("I4",),
    kinds=(GATEWAY,),
    fix="use another port or host, or serve both by one Gateway",
)
def servers_exclude_each_other(gateway: Manifest, world: World) -> Iterator[Hit]:
    """Compare every server with those of other Gateways on its port, and with those before it in its own."""
    before: list[Server] = []
    for server in servers_of(gateway):
        earlier = (one for one in before if one.port == server.port)
        rivals = chain(earlier, everyone_on(server, world, *rivals_of(server)))
        for rival in rivals if server.port is not None else ():
            why = exclusion(server, rival)
            if why:
                who = "an earlier server" if rival.gateway is gateway else str(rival.gateway.ref)
                told = f"shares port {server.port} with {who}, {why}: one of them is dropped"
                yield Hit(server.pointer, told, world.mesh.status_with(rival.gateway, gateway))
                break
        before.append(server)


def rivals_of(server: Server) -> tuple[str, ...]:
    """The groups of servers that one can exclude at all; two with TLS must have a host in common."""
    if server.tls:
        return (OPEN, *([] if server.protocol in WEB else [OPEN_WEB]), *server.hosts)
    return (OPEN, SEALED) if server.protocol in WEB else (OPEN, OPEN_WEB, SEALED, SEALED_WEB)


def exclusion(one: Server, other: Server) -> str:
    """Why two servers cannot be on one port, in words; "" if they can."""
    if one.tls and other.tls and not (one.protocol in WEB and other.protocol in WEB):
        shared = sorted({*one.hosts} & {*other.hosts})
        return f"and both serve {shared[0]} by TLS" if shared else ""
    if one.protocol in WEB and other.protocol in WEB:
        return ""
    if "TLS" in (one.protocol, other.protocol) and {one.protocol, other.protocol} <= {"TLS", "HTTPS"}:
        return ""
    return f"one as {one.protocol or 'TCP'} and one as {other.protocol or 'TCP'}"
