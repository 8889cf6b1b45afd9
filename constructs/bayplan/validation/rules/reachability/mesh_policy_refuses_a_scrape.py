"""An AuthorizationPolicy refuses the scrape of metrics.

A monitor has Prometheus scrape a port of the program itself, so the scrape goes through the pod's proxy, and no ALLOW
policy that selects the pod allows that port. The target is down, and the alerts on its metrics are silent. Allow the
port, or have the proxy serve the metrics of both on 15020, which no policy of the mesh guards. Probes are not stopped:
Istio sends them to the agent beside the proxy.

Source: <https://istio.io/latest/docs/ops/integrations/prometheus/#option-1-metrics-merging>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.reachability.authorization import AUTHORIZATION_POLICY
from bayplan.validation.reachability.telling import refused
from bayplan.validation.reachability.topics.scraping import scrapes
from bayplan.validation.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.rule import Hit
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio-injection: enabled}}
---
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
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: model, namespace: chat}
spec:
  selector: {matchLabels: {app: model}}
  action: ALLOW
  rules: [{to: [{operation: {ports: ["8080"]}}]}]
"""
GOOD = BAD.replace('["8080"]', '["8080", "9090"]')


@rule(
    "RCH014",
    severity=Severity.LOSS,
    rows=("I5",),
    kinds=(AUTHORIZATION_POLICY,),
    confidence=Confidence.MEDIUM,
    fix="allow the port of the metrics, or serve them on 15020",
)
def mesh_policy_refuses_a_scrape(guard: Manifest, world: World) -> Iterator[Hit]:
    """Tell which scrapes a policy of the mesh refuses."""
    yield from refused(guard, world.reach.refused_by(guard, scrapes))
