"""A Gateway does not admit the route that attaches to it.

A listener takes routes of its own namespace alone unless it says otherwise, and only those kinds that fit its protocol:
the route is refused (`NotAllowedByListeners`) and its hosts are served by nobody. Open `allowedRoutes` of the listener
for the route's namespace and kind, or move the route.

Source: <https://gateway-api.sigs.k8s.io/reference/spec/#allowedroutes>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.backends import ROUTE_KINDS
from bayplan.validation.finding import Severity
from bayplan.validation.gateways import LISTENING, admits_kind, admits_namespace, parents_of
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
    - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Same}}}
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
  parentRefs: [{name: public, namespace: ingress}]
  rules: [{backendRefs: [{name: chat, port: 80}]}]
"""
GOOD = BAD.replace("from: Same", "from: All")


@rule(
    "NET014",
    severity=Severity.DOWN,
    rows=("S6",),
    kinds=ROUTE_KINDS,
    fix="let allowedRoutes of the listener admit the route's namespace and kind",
)
def gateway_does_not_admit_route(route: Manifest, world: World) -> Iterator[Hit]:
    """Ask every listener that the route chooses; one that takes it is enough."""
    for parent in parents_of(route):
        owner = parent.found(world) if parent.kind in LISTENING else None
        chosen = parent.chosen(owner) if owner is not None else []
        if not chosen:
            continue
        fitting = [one for one in chosen if admits_kind(one, route)]
        if not fitting:
            kinds = ", ".join(sorted({one.protocol for one in chosen}))
            yield Hit(parent.pointer, f"no listener of {parent} that it chooses takes a {route.ref.kind} ({kinds})")
        elif all(admits_namespace(one, route.ref.namespace, world) is False for one in fitting):
            told = f"no listener of {parent} that it chooses takes routes of namespace {route.ref.namespace}"
            yield Hit(parent.pointer, told)
