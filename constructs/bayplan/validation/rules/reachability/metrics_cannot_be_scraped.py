"""A policy keeps Prometheus from the metrics that it is told to scrape.

A monitor or an annotation says that pods are scraped, and no policy of theirs allows it on that port. Nothing fails:
the target is down, alerts on its metrics stay silent, autoscalers that ask for them stop. Allow ingress on the port
that serves the metrics (the port of the pod, not of the Service) from the namespace in which Prometheus runs.

Source: <https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-traffic>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.reachability.policy import NETWORK_POLICY
from bayplan.validation.reachability.telling import stopped
from bayplan.validation.reachability.topics.scraping import scrapes
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
      ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}]
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: monitoring}
spec: {podMonitorSelector: {}, podMonitorNamespaceSelector: {}}
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: model, namespace: chat}
spec:
  selector: {matchLabels: {app: model}}
  podMetricsEndpoints: [{port: metrics}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: model, namespace: chat}
spec:
  podSelector: {matchLabels: {app: model}}
  ingress:
    - from: [{namespaceSelector: {}}]
      ports: [{port: http}]
"""
GOOD = BAD.replace("ports: [{port: http}]", "ports: [{port: http}, {port: metrics}]")


@rule(
    "RCH008",
    severity=Severity.LOSS,
    rows=("N2",),
    kinds=(NETWORK_POLICY,),
    confidence=Confidence.MEDIUM,
    fix="allow ingress on the port of the metrics from the pods that scrape",
)
def metrics_cannot_be_scraped(policy: Manifest, world: World) -> Iterator[Hit]:
    """Tell which scrapes a policy stops."""
    yield from stopped(policy, world.reach.stopped_by(policy, scrapes))
