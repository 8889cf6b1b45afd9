"""A policy keeps pods from those that they are declared to call.

The caller names a Service in its environment, or a policy on one side allows the call by the labels of both: then the
other side must allow it, too. Egress of the caller and ingress of the called are judged apart, and a call that only one
of them allows is dropped: it ends with a timeout. Allow the other side, or take away what nobody needs.

Source: <https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.reachability.policy import NETWORK_POLICY
from bayplan.validation.reachability.telling import stopped
from bayplan.validation.reachability.topics.declared import declared
from bayplan.validation.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.rule import Hit
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: chat, labels: {app: web}}
spec:
  containers:
    - name: web
      image: registry.example.com/web@sha256:0
      env: [{name: MODEL_URL, value: "http://model:80"}]
---
apiVersion: v1
kind: Service
metadata: {name: model, namespace: chat}
spec:
  selector: {app: model}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: v1
kind: Pod
metadata: {name: model, namespace: chat, labels: {app: model}}
spec:
  containers:
    - name: model
      image: registry.example.com/model@sha256:0
      ports: [{name: http, containerPort: 8080}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: model, namespace: chat}
spec:
  podSelector: {matchLabels: {app: model}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: web}}}]
      ports: [{port: 80}]
"""
GOOD = BAD.replace("port: 80}]\n", "port: 8080}]\n").replace("port: 8080}]\n---", "port: 80}]\n---")


@rule(
    "RCH010",
    severity=Severity.DOWN,
    rows=("N2",),
    kinds=(NETWORK_POLICY,),
    confidence=Confidence.MEDIUM,
    fix="allow the call on both sides, on the port of the called pods",
)
def caller_is_stopped(policy: Manifest, world: World) -> Iterator[Hit]:
    """Tell which declared calls a policy stops."""
    yield from stopped(policy, world.reach.stopped_by(policy, declared))
