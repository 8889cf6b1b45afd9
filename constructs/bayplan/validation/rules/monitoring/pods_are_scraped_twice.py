"""One Prometheus scrapes the same port of the same pods twice.

Every series is there twice: sums and rates over all jobs count double, alerts fire twice, memory and disk are paid for
twice; where both have the same labels, Prometheus drops samples as duplicates. It happens when a headless Service and
its twin carry the same labels, or when a chart brings a monitor as well. Keep one of them.

Source: <https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.monitoring.scrapes import POD_MONITOR, SERVICE_MONITOR
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.monitoring.scrapes import Scrape
    from bayplan.validation.world import World

BAD = """
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: monitoring}
spec: {podMonitorSelector: {}, podMonitorNamespaceSelector: {}}
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  podMetricsEndpoints: [{port: http}]
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: chat-again, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  podMetricsEndpoints: [{portNumber: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{name: http, containerPort: 80}]}]
"""
GOOD = BAD.replace("portNumber: 80", "portNumber: 80, path: /other")

CHOICES = ("relabelings", "metricRelabelings", "params")
"""Fields by which two endpoints on one port may take different series."""


@rule(
    "MON005",
    severity=Severity.RISK,
    rows=("M1",),
    kinds=(SERVICE_MONITOR, POD_MONITOR),
    confidence=Confidence.MEDIUM,
    fix="keep one of the two monitors or endpoints",
)
def pods_are_scraped_twice(monitor: Manifest, world: World) -> Iterator[Hit]:
    """Compare with the scrapes before this one that reach the same port of the same pods; the later is reported."""
    for scrape in world.scrapes.of_source(monitor):
        endpoint = endpoint_of(scrape)
        if not scrape.scrapers or any(key in endpoint for key in CHOICES):
            continue
        ports = [(target.pod, target.port) for target in scrape.targets if target.port is not None]
        if len(ports) > len({(id(pod), port) for pod, port in ports}):
            yield Hit(scrape.pointer, f"{twice(scrape)} lead to the same port of the same pods")
            continue
        again = (one for pod, port in ports for one in world.scrapes.at(pod, port) if same(one, scrape))
        found = next(again, None)
        if found is not None and world.scrapes.order[id(found)] < world.scrapes.order[id(scrape)]:
            pods = scrape.targets[0].pod.owner.ref
            yield Hit(scrape.pointer, f"scrapes the pods of {pods} again: {found.source.ref} does so on the same port")


def same(one: Scrape, two: Scrape) -> bool:
    """Whether two scrapes take the same from what they reach, for one Prometheus."""
    if one is two or not {id(s.manifest) for s in one.scrapers} & {id(s.manifest) for s in two.scrapers}:
        return False
    first = endpoint_of(one)
    return not any(key in first for key in CHOICES) and path_of(first) == path_of(endpoint_of(two))


def twice(scrape: Scrape) -> str:
    """The Services that lead to the same pods."""
    names = sorted({str(target.service.ref) for target in scrape.targets if target.service is not None})
    return " and ".join(names[:2]) if len(names) > 1 else "two ports"


def endpoint_of(scrape: Scrape) -> dict[str, Any]:
    """The endpoint in the monitor."""
    key, index = scrape.pointer.split("/")[2:4]
    return next((item for place, item in mappings_at(scrape.source.body, "spec", key) if str(place) == index), {})


def path_of(endpoint: dict[str, Any]) -> str:
    """The path that is scraped."""
    return text_at(endpoint, "path") or "/metrics"
