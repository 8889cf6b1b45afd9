"""The Prometheus operator leaves a monitor out.

One endpoint that it refuses costs the whole monitor, and only an event says so: a timeout that is longer than the
interval, two kinds of credentials at once, a relabeling without its `targetLabel` or with fields that its action does
not take. The API server takes all of it. Correct the endpoint.

Source: <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.RelabelConfig>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.monitoring.refusals import refusals_of
from bayplan.validation.monitoring.scrapes import POD_MONITOR, SERVICE_MONITOR
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  podMetricsEndpoints: [{port: http, interval: 15s, scrapeTimeout: 30s}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{name: http, containerPort: 80}]}]
"""
GOOD = BAD.replace("interval: 15s", "interval: 1m")


@rule(
    "MON014",
    severity=Severity.LOSS,
    rows=("M1",),
    kinds=(SERVICE_MONITOR, POD_MONITOR),
    fix="correct the endpoint: the whole monitor is left out for it",
)
def monitor_is_refused(monitor: Manifest, world: World) -> Iterator[Hit]:
    """Look at every endpoint as the operator does."""
    scrapers = world.scrapes.scrapers.of(monitor)
    usual = text_at(scrapers[0].manifest.body, "spec", "scrapeInterval") or "30s" if scrapers else ""
    for key in ("endpoints", "podMetricsEndpoints"):
        for index, endpoint in mappings_at(monitor.body, "spec", key):
            for refusal in refusals_of(endpoint, usual):
                yield Hit(pointer("spec", key, index, *refusal.path), refusal.why)
