"""An alert, a recording or a trigger asks for series that do not exist.

The expression is valid and its answer is empty, for ever: the alert cannot fire, and the autoscaler has nothing to go
by. Prometheus cannot tell a metric that is zero from one that nobody scrapes. A namespace, workload or job was renamed,
or its exporter is not scraped. Only what can be known is said: the objects that matchers name, and the jobs and
exporters where every scrape is in the tree.

Source: <https://prometheus.io/docs/prometheus/latest/querying/basics/#instant-vector-selectors>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.expressions.promql import read
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.monitoring.queries import QUERY_KINDS, expressions_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: chat, namespace: chat}
spec:
  scaleTargetRef: {name: chat}
  triggers:
    - type: prometheus
      metadata:
        serverAddress: https://prometheus.example.com
        query: sum(rate(istio_requests_total{destination_workload="chatt", destination_workload_namespace="chat"}[1m]))
        threshold: "10"
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("chatt", "chat")


@rule(
    "MON008",
    severity=Severity.LOSS,
    rows=("M2", "H7"),
    kinds=QUERY_KINDS,
    confidence=Confidence.MEDIUM,
    fix="name what there is, or have it scraped",
)
def series_does_not_exist(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Look up what the matchers of every selection name."""
    for expression in expressions_of(manifest):
        seen = set()
        for selection in read(expression.text).selections:
            for lost in world.naming.lost(selection):
                if lost.message not in seen:
                    seen.add(lost.message)
                    yield Hit(expression.pointer, f"asks for series that do not exist: {lost.message}", lost.status)
