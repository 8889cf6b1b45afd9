"""A VirtualService is not exported to the pods of its gateway.

Gateways take routes that are exported to the namespace in which their pods run. With `exportTo` of other namespaces
the gateway does not see the route, and callers from outside get 404. Export it to the gateway's namespace as well.

Source: <https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService-export_to>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    is_variable,
    words_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.kinds import VIRTUAL_SERVICE
from bayplan.validation.mesh.lookup import behind_gateway
from bayplan.validation.mesh.names import overlap, scopes
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
  exportTo: [.]
  http: [{directResponse: {status: 200}}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [chat.example.com]}]
---
apiVersion: v1
kind: Pod
metadata: {name: gateway, namespace: ingress, labels: {istio: ingressgateway}}
spec:
  containers: [{name: gateway, image: "registry.example.com/gateway@sha256:0", ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: ingress}
spec:
  selector: {istio: ingressgateway}
  ports: [{name: http, port: 80}]
"""
GOOD = BAD.replace("exportTo: [.]", "exportTo: [., ingress]")


@rule(
    "MSH063",
    severity=Severity.DOWN,
    rows=("I4",),
    kinds=(VIRTUAL_SERVICE,),
    fix="export it to the namespace of the gateway's pods as well",
)
def route_is_hidden_from_gateway(route: Manifest, world: World) -> Iterator[Hit]:
    """Compare the namespaces that see the route with those of the pods behind each gateway."""
    places = words_at(route.body, "spec", "exportTo")
    seen = scopes(places, route.ref.namespace)
    if "*" in seen or any(map(is_variable, places)):
        return
    for name in words_at(route.body, "spec", "gateways"):
        homes = (
            frozenset(one.namespace for one in behind_gateway(name, route.ref.namespace, world))
            if name != "mesh"
            else ()
        )
        if homes and not overlap(seen, frozenset(homes)):
            told = f"is not exported to {', '.join(sorted(homes))}, where the pods of gateway {name} run"
            yield Hit("/spec/exportTo", told)
            return
