"""A policy keeps pods from the cluster's DNS.

A policy with egress rules stops all that none of its rules allows, and the first thing that a program does is to ask
for a name. Without an answer every call fails by timeout, after seconds, with an error that names everything but the
policy; a proxy of the mesh does not even find istiod. Allow UDP and TCP 53 to `k8s-app: kube-dns` in `kube-system`.
A pod that may not send anything at all is taken as closed on purpose.

Source: <https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.reachability.policy import NETWORK_POLICY
from bayplan.validation.reachability.telling import stopped
from bayplan.validation.reachability.topics.names import queries
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
metadata: {name: web, namespace: chat}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
    - to: [{podSelector: {matchLabels: {app: model}}}]
      ports: [{port: 8080}]
"""
GOOD = (
    BAD
    + """
    - to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]
      ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
"""
)


@rule(
    "RCH005",
    severity=Severity.DOWN,
    rows=("N2",),
    kinds=(NETWORK_POLICY,),
    confidence=Confidence.MEDIUM,
    fix="allow egress on UDP and TCP 53 to the pods k8s-app=kube-dns of namespace kube-system",
)
def names_cannot_be_resolved(policy: Manifest, world: World) -> Iterator[Hit]:
    """Tell what a policy keeps from asking the DNS."""
    yield from stopped(policy, world.reach.stopped_by(policy, queries))
