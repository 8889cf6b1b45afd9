"""A policy lets pods ask the DNS over UDP alone.

An answer that does not fit into one packet comes cut short, and is asked for again over TCP: names with many addresses
(headless Services of large sets, outside names with many records). It works in the test, and fails for some names when
there is more behind them. Allow TCP 53 beside UDP 53.

Source: <https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.reachability.policy import NETWORK_POLICY
from bayplan.validation.reachability.telling import stopped
from bayplan.validation.reachability.topics.names import long_answers
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
    - to: [{namespaceSelector: {}}]
      ports: [{port: 53, protocol: UDP}]
"""
GOOD = BAD.replace("{port: 53, protocol: UDP}", "{port: 53, protocol: UDP}, {port: 53, protocol: TCP}")


@rule(
    "RCH006",
    severity=Severity.RISK,
    rows=("N2",),
    kinds=(NETWORK_POLICY,),
    confidence=Confidence.LOW,
    fix="allow TCP 53 beside UDP 53",
)
def long_answers_cannot_come(policy: Manifest, world: World) -> Iterator[Hit]:
    """Tell who may ask over UDP and not over TCP."""
    yield from stopped(policy, world.reach.stopped_by(policy, long_answers))
