"""A policy keeps KEDA from the source of an autoscaler's metrics.

KEDA's operator asks the addresses in the triggers itself, from its own namespace. Stopped by a policy of the asked pods
it gets no figure: the workload stays at the size that it has, or falls back, and the reason stands only in the
conditions of the ScaledObject. Allow ingress on that port from `app: keda-operator`.

Source: <https://keda.sh/docs/latest/operate/cluster/#firewall>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.reachability.policy import NETWORK_POLICY
from bayplan.validation.reachability.telling import stopped
from bayplan.validation.reachability.topics.scalers import asked_by_keda
from bayplan.validation.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.rule import Hit
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: queue, namespace: chat, labels: {app: queue}}
spec:
  containers:
    - name: queue
      image: registry.example.com/queue@sha256:0
      ports: [{name: redis, containerPort: 6379}]
---
apiVersion: v1
kind: Service
metadata: {name: queue, namespace: chat}
spec:
  selector: {app: queue}
  ports: [{name: redis, port: 6379, targetPort: redis}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker, namespace: chat}
spec:
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec:
      containers: [{name: worker, image: "registry.example.com/worker@sha256:0"}]
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: worker, namespace: chat}
spec:
  scaleTargetRef: {name: worker}
  minReplicaCount: 1
  maxReplicaCount: 4
  triggers: [{type: redis, metadata: {address: "queue.chat.svc:6379", listName: work, listLength: "5"}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: queue, namespace: chat}
spec:
  podSelector: {matchLabels: {app: queue}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: worker}}}]
      ports: [{port: redis}]
"""
GOOD = (
    BAD
    + """
    - from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: keda-operator}}}]
      ports: [{port: redis}]
"""
)


@rule(
    "RCH011",
    severity=Severity.LOSS,
    rows=("N2", "H7"),
    kinds=(NETWORK_POLICY,),
    confidence=Confidence.MEDIUM,
    fix="allow ingress on that port from the pods app=keda-operator",
)
def autoscaler_cannot_ask(policy: Manifest, world: World) -> Iterator[Hit]:
    """Tell which metric sources a policy hides."""
    yield from stopped(policy, world.reach.stopped_by(policy, asked_by_keda))
