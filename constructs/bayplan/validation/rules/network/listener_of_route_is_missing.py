"""A route attaches to a listener that the Gateway does not have.

The Gateway is there, so the route looks right; but `sectionName` or `port` choose none of its listeners, and no proxy
ever hears of the route (`NoMatchingParent`). Name a listener of the Gateway, or leave both out to attach to all.

Source: <https://gateway-api.sigs.k8s.io/reference/spec/#parentreference>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.backends import ROUTE_KINDS
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity
from bayplan.validation.gateways import LISTENING, listeners_of, parents_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  gatewayClassName: istio
  listeners:
    - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: chat, namespace: chat}
spec:
  parentRefs: [{name: public, namespace: ingress, sectionName: https}]
  rules: [{backendRefs: [{name: chat, port: 80}]}]
"""
GOOD = BAD.replace("sectionName: https", "sectionName: http")


@rule(
    "NET012",
    severity=Severity.DOWN,
    rows=("S6",),
    kinds=ROUTE_KINDS,
    fix="name a listener that the Gateway has, or leave sectionName and port out",
)
def listener_of_route_is_missing(route: Manifest, world: World) -> Iterator[Hit]:
    """Compare section and port with the listeners of every parent that is in the tree."""
    for parent in parents_of(route):
        owner = parent.found(world) if parent.kind in LISTENING else None
        if owner is None or is_variable(parent.section) or parent.chosen(owner):
            continue
        asked = " and ".join(
            [
                *([f"section {parent.section}"] if parent.section else []),
                *([f"port {parent.port}"] if parent.port else []),
            ]
        )
        if asked:
            has = ", ".join(f"{one.name} ({one.port})" for one in listeners_of(owner)) or "none"
            field = "sectionName" if parent.section else "port"
            yield Hit(f"{parent.pointer}/{field}", f"attaches to {asked} of {parent}, whose listeners are {has}")
