"""Which series there are, where that can be known.

It can where every scrape is in the tree: the operator configures each Prometheus, and nobody else scrapes, pushes or
evaluates rules. Then the jobs are known, and who brings the metrics of exporters that everybody knows.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import mappings_at, text_at, texts_at
from bayplan.validation.finding import Status
from bayplan.validation.monitoring.queries import RULE_KINDS, entries_of
from bayplan.validation.monitoring.scrapers import MONITORING, SCRAPER_KINDS
from bayplan.validation.monitoring.scrapes import POD_MONITOR, SERVICE_MONITOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.monitoring.scrapes import Scrape
    from bayplan.validation.world import World

OPENINGS = (
    "additionalScrapeConfigs", "enableOTLPReceiver", "enableRemoteWriteReceiver", "remoteRead", "additionalArgs",
    "containers", "enableFeatures",
)  # fmt: skip
"""Fields of a Prometheus by which series may come that no monitor scrapes."""
OTHER_SOURCES = (f"Probe.{MONITORING}", f"ScrapeConfig.{MONITORING}", "ClusterPolicy.nvidia.com")


class Exporter(NamedTuple):
    """Who brings metrics of some names."""

    prefixes: tuple[str, ...]
    images: tuple[str, ...]
    """Words in the images that bring them."""
    path: str
    """Path that is scraped, for what the kubelet brings; "" for exporters."""
    what: str


NODE = (
    "boot", "context_switches", "cpu_seconds", "disk", "edac", "entropy", "exporter", "filefd", "filesystem", "hwmon",
    "load", "md", "memory_Mem", "memory_Swap", "memory_Active", "memory_Buffers", "memory_Cached", "netstat", "network",
    "nf_conntrack", "nfs", "pressure", "procs", "sockstat", "softnet", "systemd", "textfile", "time_", "timex", "uname",
    "vmstat",
)  # fmt: skip
KSM = (
    "certificatesigningrequest", "configmap", "cronjob", "daemonset", "deployment", "endpoint",
    "horizontalpodautoscaler", "ingress", "job", "lease", "limitrange", "namespace", "networkpolicy", "node",
    "persistentvolume", "pod_container", "pod_created", "pod_info", "pod_init_container", "pod_labels", "pod_owner",
    "pod_spec", "pod_start_time", "pod_status", "poddisruptionbudget", "replicaset", "replicationcontroller",
    "resourcequota", "secret", "service", "statefulset", "state_metrics", "storageclass", "validatingwebhook",
    "mutatingwebhook", "volumeattachment",
)  # fmt: skip
EXPORTERS = (
    Exporter(tuple(f"kube_{word}" for word in KSM), ("kube-state-metrics",), "", "kube-state-metrics"),
    Exporter(tuple(f"node_{word}" for word in NODE), ("node-exporter", "node_exporter"), "", "the node exporter"),
    Exporter(
        ("container_cpu_", "container_memory_", "container_fs_", "container_network_", "container_spec_"),
        ("cadvisor",),
        "cadvisor",
        "cAdvisor in the kubelet",
    ),
    Exporter(("DCGM_FI_",), ("dcgm",), "", "the DCGM exporter"),
)


class Series:
    """What is known of the series of one tree."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def is_closed(self) -> bool:
        """Whether every scrape is in the tree."""
        world = self._world
        scrapers = world.scrapes.scrapers.scrapers
        if not scrapers or world.scrapes.scrapers.others or any(world.by_kind.get(kind) for kind in OTHER_SOURCES):
            return False
        specs = (one.manifest.body.get("spec") for one in scrapers)
        opened = any(isinstance(spec, dict) and any(spec.get(key) for key in OPENINGS) for spec in specs)
        drafts = any(one.manifest.file in world.drafts for one in scrapers)
        return not opened and not drafts and all(one.is_managed for one in scrapers)

    @cached_property
    def prometheus(self) -> str:
        """The Prometheus objects, in words."""
        found = (one for kind in SCRAPER_KINDS for one in self._world.by_kind.get(kind, ()))
        return ", ".join(str(one.ref) for one in found)

    @cached_property
    def recorded(self) -> frozenset[str]:
        """Names of series that rules of the tree record."""
        objects = (one for kind in RULE_KINDS for one in self._world.by_kind.get(kind, ()))
        return frozenset(text_at(entry.body, "record") for one in objects for entry in entries_of(one)) - {""}

    @cached_property
    def jobs(self) -> frozenset[str] | None:
        """The values that `job` can have; None where some cannot be known."""
        found: set[str] = set()
        for kind in (SERVICE_MONITOR, POD_MONITOR):
            for monitor in self._world.by_kind.get(kind, ()):
                jobs = self._jobs_of(monitor)
                if jobs is None:
                    return None
                found |= jobs
        return frozenset(found)

    def _jobs_of(self, monitor: Manifest) -> set[str] | None:
        scrapes = self._world.scrapes
        lists = (mappings_at(monitor.body, "spec", key) for key in ("endpoints", "podMetricsEndpoints"))
        if any(names_job(endpoint) for found in lists for _, endpoint in found):
            return None
        if not scrapes.scrapers.of(monitor):
            return None  # what is wrong with the monitor is said there
        is_service = monitor.ref.kind == "ServiceMonitor"
        jobs = self._by_services(monitor) if is_service else self._by_pods(monitor)
        spaces = scrapes.namespaces_of(monitor)
        kind = "Service" if is_service else "Pod"
        doubtful = any(self._world.doubt(kind, space).status is Status.UNKNOWN for space in spaces)
        return None if doubtful or not jobs else jobs

    def _by_services(self, monitor: Manifest) -> set[str]:
        label = text_at(monitor.body, "spec", "jobLabel")
        services = self._world.scrapes.services_of(monitor)
        return {texts_at(one.body, "metadata", "labels").get(label) or one.ref.name for one in services}

    def _by_pods(self, monitor: Manifest) -> set[str]:
        label, own = text_at(monitor.body, "spec", "jobLabel"), f"{monitor.ref.namespace}/{monitor.ref.name}"
        return {pod.labels.get(label) or own for pod in self._world.scrapes.pods_of(monitor)}

    def lacking(self, metric: str) -> str:
        """Why a metric is surely not there; "" where it may be. Only asked where every scrape is known."""
        if metric in self.recorded:
            return ""
        exporter = next((one for one in EXPORTERS if metric.startswith(one.prefixes)), None)
        if exporter is None or any(True for _ in self._scraped_from(exporter)):
            return ""
        return f"comes from {exporter.what}, which no monitor of {self.prometheus} scrapes"

    def _scraped_from(self, exporter: Exporter) -> Iterator[Scrape]:
        for scrape in self._world.scrapes.all:
            if scrape.scrapers and self._is_from(scrape, exporter):
                yield scrape

    def _is_from(self, scrape: Scrape, exporter: Exporter) -> bool:
        if not scrape.targets:  # Services without pods of the tree, the kubelet's among them
            return True
        images = (text_at(container.body, "image") for target in scrape.targets for container in target.pod.containers)
        return any(word in image for image in images for word in exporter.images)


def names_job(endpoint: Mapping[str, object]) -> bool:
    """Whether an endpoint writes the label `job` itself, or takes it from what it scrapes."""
    relabelings = [item for key in ("relabelings", "metricRelabelings") for _, item in mappings_at(endpoint, key)]
    writes = any(text_at(one, "targetLabel") in ("job", "") for one in relabelings if _writes(one))
    return endpoint.get("honorLabels") is True or writes


def _writes(relabeling: Mapping[str, object]) -> bool:
    return (text_at(relabeling, "action") or "replace").lower() not in ("keep", "drop", "keepequal", "dropequal")
