"""Who scrapes whom on which port: read from monitors, annotations and Prometheus objects."""

from __future__ import annotations

import pytest

from bayplan.validation.example import read_all
from bayplan.validation.world import World

POD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers: [{name: api, ports: [{name: http, containerPort: 8080}, {name: stats, containerPort: 9090}]}]
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop, labels: {app: api}}
spec:
  selector: {app: api}
  ports: [{name: web, port: 80, targetPort: http}]
"""
PROMETHEUS = """
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: watch}
spec: {serviceMonitorSelector: {}, serviceMonitorNamespaceSelector: {}}
"""


def monitor(endpoint: str, kind: str = "ServiceMonitor", more: str = "") -> str:
    """A monitor of the pods, with one endpoint."""
    key = "endpoints" if kind == "ServiceMonitor" else "podMetricsEndpoints"
    return f"""
---
apiVersion: monitoring.coreos.com/v1
kind: {kind}
metadata: {{name: api, namespace: shop}}
spec: {{selector: {{matchLabels: {{app: api}}}}, {key}: [{endpoint}]{more}}}
"""


def world_of(text: str) -> World:
    tree, complaints = read_all({"objects.yaml": text})
    assert not complaints
    return World(inventory=tree)


@pytest.mark.parametrize(
    ("endpoint", "kind", "ports"),
    [
        ("{port: web}", "ServiceMonitor", [8080]),
        ("{port: 'w.b|other'}", "ServiceMonitor", [8080]),
        ("{port: http}", "ServiceMonitor", []),
        ("{targetPort: stats}", "ServiceMonitor", [9090]),
        ("{targetPort: 8080}", "ServiceMonitor", [8080]),
        ("{targetPort: 8081}", "ServiceMonitor", []),
        ("{path: /metrics}", "ServiceMonitor", [8080, 9090]),
        ("{port: stats}", "PodMonitor", [9090]),
        ("{portNumber: 9090}", "PodMonitor", [9090]),
        ("{portNumber: 9091}", "PodMonitor", []),
        ("{targetPort: http}", "PodMonitor", [8080]),
    ],
)
def test_an_endpoint_picks_the_ports_that_prometheus_would(endpoint: str, kind: str, ports: list[int]) -> None:
    (scrape,) = world_of(POD + monitor(endpoint, kind)).scrapes.all
    assert [target.port for target in scrape.targets] == ports


def test_a_prometheus_that_selects_a_monitor_scrapes_it_with_pods_of_known_labels() -> None:
    world = world_of(POD + monitor("{port: web}") + PROMETHEUS)
    (scrape,) = world.scrapes.all
    (scraper,) = scrape.scrapers
    assert (scraper.namespace, scraper.labels["prometheus"], scrape.doubt) == ("watch", "main", "")
    assert world.scrapes.of_pod(scrape.targets[0].pod) == (scrape,)


def test_without_a_namespace_selector_a_prometheus_looks_in_its_own_namespace() -> None:
    text = POD + monitor("{port: web}") + PROMETHEUS.replace(", serviceMonitorNamespaceSelector: {}", "")
    (scrape,) = world_of(text).scrapes.all
    assert scrape.scrapers == ()


def test_a_chart_may_scrape_what_nobody_of_the_tree_does() -> None:
    chart = """
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: stack, namespace: watch}
spec: {chart: {spec: {chart: kube-prometheus-stack}}}
"""
    (scrape,) = world_of(POD + monitor("{port: web}") + chart).scrapes.all
    assert "HelmRelease watch/stack" in scrape.doubt


def test_annotations_lead_to_the_port_that_they_name() -> None:
    marked = "annotations: {prometheus.io/scrape: 'true', prometheus.io/port: '9999'}, labels: {app: api}}\n    spec:"
    (scrape,) = world_of(POD.replace("labels: {app: api}}\n    spec:", marked)).scrapes.all
    assert [(target.port, target.service) for target in scrape.targets] == [(9999, None)]


def test_a_monitor_of_any_namespace_finds_the_pods_of_all() -> None:
    elsewhere = monitor("{port: stats}", "PodMonitor", ", namespaceSelector: {any: true}").replace("shop", "watch")
    (scrape,) = world_of(POD + elsewhere).scrapes.all
    assert [target.pod.namespace for target in scrape.targets] == ["shop"]
