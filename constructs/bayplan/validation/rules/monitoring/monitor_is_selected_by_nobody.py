"""No Prometheus selects a monitor.

The object is there, valid and healthy for Flux, and nothing is scraped: the operator gives to each Prometheus only the
monitors whose labels its selector asks for, in the namespaces that its namespace selector admits. A selector that is
absent selects nothing; without a namespace selector only the Prometheus' own namespace is looked at. Add the label
(often `release`), or widen the selector.

Source: <https://prometheus-operator.dev/docs/platform/troubleshooting/#overview-of-servicemonitor-tagging-and-related-elements>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.monitoring.scrapers import MONITOR_KINDS
from bayplan.validation.monitoring.selection import unselected
from bayplan.validation.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.rule import Hit
    from bayplan.validation.world import World

BAD = """
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: monitoring}
spec:
  serviceMonitorSelector: {matchLabels: {release: main}}
  serviceMonitorNamespaceSelector: {}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: chat, namespace: chat, labels: {release: other}}
spec:
  selector: {matchLabels: {app: chat}}
  endpoints: [{port: http}]
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  selector: {app: chat}
  ports: [{name: http, port: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{containerPort: 80}]}]
"""
GOOD = BAD.replace("release: other", "release: main")


@rule(
    "MON003",
    severity=Severity.LOSS,
    rows=("M1",),
    kinds=MONITOR_KINDS,
    fix="give it the labels that a Prometheus selects, in a namespace that it admits",
)
def monitor_is_selected_by_nobody(monitor: Manifest, world: World) -> Iterator[Hit]:
    """Ask every Prometheus of the tree; where there is none, a chart brings it and its selectors."""
    everyone = world.scrapes.scrapers
    asked = [one.manifest for one in everyone.scrapers if one.is_managed]
    yield from unselected(monitor, asked, world)
