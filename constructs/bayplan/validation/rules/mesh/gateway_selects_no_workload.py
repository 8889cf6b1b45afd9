"""A Gateway selects no pods.

No proxy takes its servers up: nothing listens, and callers get no connection. The selector is compared with the labels
of the gateway's pods, in whatever namespace they run; not with those of its Service. Use the labels of the pods.

Source: <https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway-selector>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.fields import (
    is_variable,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.mesh.gateways import pods_behind, selector_of
from bayplan.validation.mesh.kinds import GATEWAY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: istio-system}
spec:
  selector: {istio: ingress}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [chat.example.com]}]
---
apiVersion: v1
kind: Pod
metadata: {name: gateway, namespace: istio-system, labels: {istio: ingressgateway}}
spec:
  containers: [{name: gateway, image: "registry.example.com/gateway@sha256:0", ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: istio-system}
spec:
  selector: {istio: ingressgateway}
  ports: [{name: http, port: 80}]
"""
GOOD = BAD.replace("{istio: ingress}", "{istio: ingressgateway}")


@rule(
    "MSH017",
    severity=Severity.DOWN,
    rows=("I4",),
    kinds=(GATEWAY,),
    fix="use the labels of the gateway's pods",
)
def gateway_selects_no_workload(gateway: Manifest, world: World) -> Iterator[Hit]:
    """Look for pods in every namespace; where the tree holds no gateway at all, nobody can tell."""
    labels = selector_of(gateway)
    if not labels or any(map(is_variable, labels.values())) or pods_behind(gateway, world):
        return
    said = selectors.of_labels(labels)
    mesh = world.mesh
    namespaces = [gateway.ref.namespace] if world.cluster is not None else [mesh.root, gateway.ref.namespace]
    lack = mesh.without_workloads(*namespaces)
    doubt = lack.doubt
    if lack.status is Status.BROKEN and world.cluster is None and not any_gateway(world):
        lack = lack._replace(status=Status.UNKNOWN)
        doubt = ", but this tree has no pods of any gateway"
    yield Hit("/spec/selector", f"selects {said}: no pods of any namespace carry that{doubt}", lack.status)


def any_gateway(world: World) -> bool:
    """Whether the tree has pods that look like those of a gateway."""
    return any(
        "istio" in one.labels or one.labels.get("app", "").endswith("gateway") for one in world.mesh.workloads.all
    )
