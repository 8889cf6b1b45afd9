"""A Gateway is of a class that does not exist.

No controller takes it up: it gets no address and no listener, and every route that attaches to it leads nowhere. Name a
GatewayClass that is there. Those that a controller makes by itself are known (`istio`, `cilium`, `gke-l7-...`); where a
tree has no GatewayClass at all, it can only be said that nothing here makes it.

Source: <https://gateway-api.sigs.k8s.io/reference/spec/#gatewayclass>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cluster_wide import lack_in_cluster
from bayplan.validation.fields import is_variable, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.gateways import GATEWAY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: chat}
spec:
  gatewayClassName: publik
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: public}
spec: {controllerName: example.com/gateway}
"""
GOOD = BAD.replace("publik", "public")

CLASS = "GatewayClass.gateway.networking.k8s.io"
OWN_CLASSES = frozenset(
    {
        "azure-alb-external",
        "cilium",
        "istio",
        "istio-east-west",
        "istio-remote",
        "istio-waypoint",
        "openshift-default",
        "traefik",
    }
)
"""Classes that a controller or a platform makes by itself."""
OF_CLOUDS = ("gke-", "asm-", "networking.gke.io")


@rule(
    "NET008",
    severity=Severity.DOWN,
    rows=("W7", "S6"),
    kinds=(GATEWAY,),
    fix="name a GatewayClass that is there",
)
def gateway_class_is_missing(gateway: Manifest, world: World) -> Iterator[Hit]:
    """Look up the class; where classes come from elsewhere altogether, a chart brings them and nothing is said."""
    name = text_at(gateway.body, "spec", "gatewayClassName")
    if not name or is_variable(name) or name in OWN_CLASSES or name.startswith(OF_CLOUDS):
        return
    lack = lack_in_cluster(world, CLASS, name)
    if lack is None or (CLASS not in world.by_kind and world.outsiders.may_make(CLASS, "")):
        return
    has = ", ".join(sorted({one.ref.name for one in world.by_kind.get(CLASS, ())}))
    told = f"is of class {name}, which does not exist" + (f"; there is {has}" if has else "")
    yield Hit("/spec/gatewayClassName", told + lack.doubt, lack.status)
