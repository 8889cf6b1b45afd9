"""Who scrapes: Prometheus objects and what they select, and what else in a tree may scrape.

A selector that is absent selects nothing and `{}` everything; a namespace selector that is absent selects the
namespace of the Prometheus. Without any selector for targets the configuration is somebody else's file.

Source: <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusSpec>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation import selectors
from bayplan.validation.fields import mapping_at, text_at, texts_at, value_at
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

MONITORING = "monitoring.coreos.com"
SCRAPER_KINDS = (f"Prometheus.{MONITORING}", f"PrometheusAgent.{MONITORING}")
RULER_KINDS = (f"Prometheus.{MONITORING}", f"ThanosRuler.{MONITORING}")
SELECTED_BY = {
    f"ServiceMonitor.{MONITORING}": "serviceMonitor",
    f"PodMonitor.{MONITORING}": "podMonitor",
    f"Probe.{MONITORING}": "probe",
    f"ScrapeConfig.{MONITORING}": "scrapeConfig",
    f"PrometheusRule.{MONITORING}": "rule",
}
"""Kinds that a Prometheus selects, and how its fields for them begin."""
MONITOR_KINDS = tuple(kind for kind in SELECTED_BY if SELECTED_BY[kind] != "rule")

CHARTS = (
    "prometheus", "victoria", "monitor", "observability", "opentelemetry", "otel", "alloy", "grafana", "mimir", "agent",
    "thanos", "coroot", "signoz", "datadog", "rancher", "telemetry", "metrics", "kps", "o11y", "stack",
)  # fmt: skip
"""Words in the names of charts that scrape; charts that are a folder of a repository may hold anything."""
READERS = (
    "OpenTelemetryCollector.opentelemetry.io",
    "TargetAllocator.opentelemetry.io",
    "VMAgent.operator.victoriametrics.com",
    "VMSingle.operator.victoriametrics.com",
    "Alloy.collectors.grafana.com",
    "GrafanaAgent.monitoring.grafana.com",
    "MonitoringStack.monitoring.rhobs",
)
"""Other kinds that read ServiceMonitors and their like."""
IMAGES = ("alloy", "grafana/agent", "target-allocator", "targetallocator", "vmagent", "victoria-metrics", "otel")
"""Words in the images of programs that do."""


class Scraper(NamedTuple):
    """A Prometheus (or agent) that the operator runs."""

    manifest: Manifest
    labels: Mapping[str, str]
    """Labels of its pods."""
    is_managed: bool
    """Whether the operator writes its configuration; if not, nobody knows what it scrapes."""

    @property
    def namespace(self) -> str:
        """Namespace of its pods."""
        return self.manifest.ref.namespace


class Scrapers:
    """Everybody in a tree who scrapes or evaluates rules."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._namespaces = {one.ref.name: texts_at(one.body, "metadata", "labels") for one in _all(world, "Namespace")}
        self.scrapers = tuple(scraper_of(one) for kind in SCRAPER_KINDS for one in _all(world, kind))
        self.rulers = tuple(one for kind in RULER_KINDS for one in _all(world, kind))
        self.others = others_in(world)
        """Who else may scrape, in words; "" if nobody does that we know of."""

    def of(self, monitor: Manifest) -> tuple[Scraper, ...]:
        """Those that surely select a monitor."""
        return tuple(one for one in self.scrapers if self.selects(one.manifest, monitor))

    def selects(self, prometheus: Manifest, chosen: Manifest) -> bool | None:
        """Whether an object of the operator is selected; None where the labels of a namespace are not known."""
        word = SELECTED_BY[kind_of(chosen)]
        selector = selectors.read(prometheus.body, "spec", f"{word}Selector")
        if selector is None or not selector.admits(texts_at(chosen.body, "metadata", "labels")):
            return False
        spaces = selectors.read(prometheus.body, "spec", f"{word}NamespaceSelector")
        home, where = prometheus.ref.namespace, chosen.ref.namespace
        if spaces is None:
            return home == where if home and where else None
        if not spaces.labels and not spaces.requirements:
            return True
        known = self._namespaces.get(where)
        admits = spaces.admits({**(known or {}), "kubernetes.io/metadata.name": where})
        return admits if known is not None or _asks_for_name_alone(spaces) else None


def _asks_for_name_alone(spaces: selectors.Selector) -> bool:
    keys = {key for key, _ in spaces.labels} | {one.key for one in spaces.requirements}
    return keys == {"kubernetes.io/metadata.name"}


def _all(world: World, kind: str) -> tuple[Manifest, ...]:
    return world.by_kind.get(kind, ())


def scraper_of(prometheus: Manifest) -> Scraper:
    """A Prometheus with the labels that the operator gives to its pods."""
    name = prometheus.ref.name
    is_agent = prometheus.ref.kind == "PrometheusAgent"
    labels = {
        **texts_at(prometheus.body, "spec", "podMetadata", "labels"),
        "app.kubernetes.io/instance": name,
        "app.kubernetes.io/managed-by": "prometheus-operator",
        "app.kubernetes.io/name": "prometheus-agent" if is_agent else "prometheus",
        "operator.prometheus.io/name": name,
        "operator.prometheus.io/mode": "agent" if is_agent else "server",
        "prometheus": name,
    }
    words = (f"{word}Selector" for kind, word in SELECTED_BY.items() if kind in MONITOR_KINDS)
    managed = any(isinstance(value_at(prometheus.body, "spec", word), dict) for word in words)
    return Scraper(prometheus, labels, managed)


def others_in(world: World) -> str:
    """Who else may scrape: charts, other operators, programs that read the same objects, files that are not there."""
    if world.gaps:
        return world.gaps[0]
    for kind in READERS:
        for one in _all(world, kind):
            return f"{one.ref} may read it"
    for chart in charts_in(world):
        return f"{chart.ref} may scrape"
    for word, pod in programs_in(world):
        return f"{pod} runs {word}"
    return ""


def charts_in(world: World) -> Iterator[Manifest]:
    """Releases of charts that may hold a Prometheus."""
    for release in _all(world, "HelmRelease.helm.toolkit.fluxcd.io"):
        chart = text_at(release.body, "spec", "chart", "spec", "chart")
        reference = text_at(mapping_at(release.body, "spec", "chartRef"), "name")
        if chart.startswith((".", "/")) or "/" in chart or _sounds(f"{chart} {reference} {release.ref.name}"):
            yield release
    for release in _all(world, "HelmChart.helm.cattle.io"):
        if _sounds(f"{text_at(release.body, 'spec', 'chart')} {release.ref.name}"):
            yield release
    yield from _all(world, "Application.argoproj.io")
    yield from _all(world, "ApplicationSet.argoproj.io")


def _sounds(words: str) -> bool:
    return any(word in words.lower() for word in CHARTS)


def programs_in(world: World) -> Iterator[tuple[str, str]]:
    """Images that read the operator's objects, with who runs them."""
    for kind in ("Deployment.apps", "StatefulSet.apps", "DaemonSet.apps"):
        for one in _all(world, kind):
            for container in world.pods.containers_of(one):
                image = text_at(container.body, "image").partition("@")[0]
                if any(word in image for word in IMAGES):
                    yield image, str(one.ref)
