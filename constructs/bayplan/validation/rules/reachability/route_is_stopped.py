"""A policy keeps a gateway from the pods that it routes to.

A route sends to pods that let nobody in on that port who could be the gateway: every request ends with a timeout or
a 503 at the gateway, while the pods are healthy. Policies see the port of the pod, not of the Service, and the pods of
the gateway, which run in another namespace. Allow ingress on that port from the gateway's namespace.

Source: <https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.reachability.policy import NETWORK_POLICY
from bayplan.validation.reachability.telling import stopped
from bayplan.validation.reachability.topics.routes import routed
from bayplan.validation.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.rule import Hit
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: model, namespace: chat, labels: {app: model}}
spec:
  containers:
    - name: model
      image: registry.example.com/model@sha256:0
      ports: [{name: http, containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: model, namespace: chat}
spec:
  selector: {app: model}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: model, namespace: chat}
spec:
  defaultBackend: {service: {name: model, port: {name: http}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: model, namespace: chat}
spec:
  podSelector: {matchLabels: {app: model}}
  ingress:
    - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}}]
      ports: [{port: 80}]
"""
GOOD = BAD.replace("port: 80}]\n", "port: 8080}]\n")


@rule(
    "RCH009",
    severity=Severity.DOWN,
    rows=("N2",),
    kinds=(NETWORK_POLICY,),
    confidence=Confidence.MEDIUM,
    fix="allow ingress on the port of the pods from the pods of the gateway",
)
def route_is_stopped(policy: Manifest, world: World) -> Iterator[Hit]:
    """Tell which routes end at a policy."""
    yield from stopped(policy, world.reach.stopped_by(policy, routed))
