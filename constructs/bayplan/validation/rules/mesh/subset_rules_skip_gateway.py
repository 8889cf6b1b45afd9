"""A gateway sends to a host past the subsets that its route in the mesh chooses.

Requests are routed once: what comes through the gateway follows the gateway's VirtualService, and the rules that
sidecars have for the host (weights, subsets) do not hold for it. Choose the subset in the gateway's VirtualService
too.

Source: <https://istio.io/latest/docs/ops/common-problems/network-issues/#route-rules-have-no-effect-on-ingress-gateway-requests>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.hosts import full_name
from bayplan.validation.mesh.kinds import VIRTUAL_SERVICE
from bayplan.validation.mesh.parts import gateways_of
from bayplan.validation.routes import destinations_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: public, namespace: chat}
spec:
  hosts: [chat.example.com]
  gateways: [public]
  http: [{route: [{destination: {host: chat, port: {number: 80}}}]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: chat}
spec:
  hosts: [chat]
  http: [{route: [{destination: {host: chat, subset: v1}}]}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: chat, namespace: chat}
spec: {host: chat, subsets: [{name: v1}]}
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
  ports: [{name: http, port: 80}]
"""
GOOD = BAD.replace("{host: chat, port: {number: 80}}", "{host: chat, subset: v1, port: {number: 80}}")


@rule(
    "MSH058",
    severity=Severity.RISK,
    rows=("I3",),
    kinds=(VIRTUAL_SERVICE,),
    confidence=Confidence.LOW,
    fix="choose the subset in the gateway's VirtualService too",
)
def subset_rules_skip_gateway(route: Manifest, world: World) -> Iterator[Hit]:
    """Look for hosts that a gateway's route sends to without a subset, and that another routes to subsets."""
    if not gateways_of(route):
        return
    for destination in destinations_of(route):
        full = full_name(destination.host, route.ref.namespace)
        if destination.subset or "/mirror" in destination.pointer or not destination.pointer.startswith("/spec/http/"):
            continue
        for other, _ in world.mesh.routes_of_mesh.get(full, ()):
            if other is route or not world.mesh.are_together(route, other):
                continue
            if any(one.subset and full_name(one.host, other.ref.namespace) == full for one in destinations_of(other)):
                told = f"sends to {destination.host} without a subset, past the rules of {other.ref}"
                yield Hit(destination.pointer, told, world.mesh.status_with(other, route))
                break
