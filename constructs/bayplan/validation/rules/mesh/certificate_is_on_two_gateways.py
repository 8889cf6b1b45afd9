"""Two Gateways of the same pods serve with one certificate.

A browser that has an HTTP/2 connection to one host uses it for every other host of the same certificate and address;
the listener of the first Gateway does not know the second one's host and answers 404. Serve the hosts of a certificate
by one Gateway, or give each its own certificate.

Source: <https://istio.io/latest/docs/ops/common-problems/network-issues/#404-errors-occur-when-multiple-gateways-configured-with-same-tls-certificate>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.mesh.gateways import selector_of, servers_of
from bayplan.validation.mesh.kinds import GATEWAY
from bayplan.validation.mesh.parts import certificate_of
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
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [chat.example.com]
      tls: {mode: SIMPLE, credentialName: wildcard}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop, namespace: chat}
spec:
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [shop.example.com]
      tls: {mode: SIMPLE, credentialName: wildcard}
"""
GOOD = BAD.replace("credentialName: wildcard", "credentialName: chat", 1)


@rule(
    "MSH023",
    severity=Severity.RISK,
    rows=("I4",),
    kinds=(GATEWAY,),
    confidence=Confidence.MEDIUM,
    fix="serve all hosts of a certificate by one Gateway",
)
def certificate_is_on_two_gateways(gateway: Manifest, world: World) -> Iterator[Hit]:
    """Look for other Gateways with the same certificate on all pods of this one."""
    mesh, mine = world.mesh, selector_of(gateway)
    for server in servers_of(gateway):
        name = certificate_of(server.tls)
        for other in mesh.gateways_with.get(name, ()) if name else ():
            if (
                other is not gateway
                and mesh.are_together(gateway, other)
                and mine.items() <= selector_of(other).items()
            ):
                told = f"serves with the same certificate as {other.ref}: HTTP/2 clients may get 404"
                yield Hit(f"{server.pointer}/tls", told, mesh.status_with(other, gateway))
                break
