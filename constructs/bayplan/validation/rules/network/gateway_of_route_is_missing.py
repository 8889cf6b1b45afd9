"""A route attaches to something that does not exist.

Nobody takes the route up: no proxy knows its hosts, and its status stays empty, which looks like any new object. A
Gateway is looked for in the namespace of the route where none is said; most Gateways stand in one of their own. Correct
`parentRefs`.

Source: <https://gateway-api.sigs.k8s.io/reference/spec/#parentreference>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.backends import ROUTE_KINDS
from bayplan.validation.finding import Severity, Status
from bayplan.validation.gateways import LISTENING, parents_of
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
  parentRefs: [{name: public}]
  rules: [{backendRefs: [{name: chat, port: 80}]}]
"""
GOOD = BAD.replace("[{name: public}]", "[{name: public, namespace: ingress}]")


@rule(
    "NET011",
    severity=Severity.DOWN,
    rows=("S6",),
    kinds=ROUTE_KINDS,
    fix="name a Gateway that exists, with its namespace",
)
def gateway_of_route_is_missing(route: Manifest, world: World) -> Iterator[Hit]:
    """Look up every parent: Gateways, sets of listeners, and Services in the mesh."""
    for parent in parents_of(route):
        lack = world.lack(parent.kind, parent.namespace, parent.name)
        if lack is not None:
            known = parent.kind in (*LISTENING, "Service")
            told = f"attaches to {parent}, which does not exist{near(parent.kind, parent.name, world)}{lack.doubt}"
            yield Hit(parent.pointer, told, lack.status if known else Status.UNKNOWN)


def near(kind: str, name: str, world: World) -> str:
    """Objects of that name elsewhere, which were perhaps meant."""
    places = sorted({str(one.ref) for one in world.by_name.get((kind, name), ())})
    return f"; there is {', '.join(places)}" if places else ""
