"""What is scraped: for every monitor of a tree the pods, the port numbers and the Service in between.

Prometheus finds pods as the operator configures it: a ServiceMonitor through the endpoints of Services, a PodMonitor
by the ports that containers declare (a port that no container declares is no target). `port` and the values of
selectors are regular expressions there, and so they are here.

Source: <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitorSpec>
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from bayplan.manifests.pointer import pointer
from bayplan.validation import selectors
from bayplan.validation.fields import annotation, mappings_at, text_at, texts_at, value_at, words_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.injection import annotations_of, annotations_pointer
from bayplan.validation.monitoring.ports import matches, numbers_of, picked
from bayplan.validation.monitoring.scrapers import MONITORING, Scraper, Scrapers

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

SERVICE_MONITOR = f"ServiceMonitor.{MONITORING}"
POD_MONITOR = f"PodMonitor.{MONITORING}"
SCRAPE_MARK, PORT_MARK = "prometheus.io/scrape", "prometheus.io/port"


Key = TypeVar("Key", bound="Hashable")


class Target(NamedTuple):
    """Pods of one template that are scraped on one port."""

    pod: Pod
    port: int | None
    """Number of the port in the pod; None where only its name is known."""
    service: Manifest | None
    """The Service that leads there; None for PodMonitors and annotations of pods."""


class Scrape(NamedTuple):
    """One endpoint of a monitor, or one annotation."""

    source: Manifest
    pointer: str
    targets: tuple[Target, ...]
    scrapers: tuple[Scraper, ...]
    """Prometheus objects that surely scrape it."""
    doubt: str
    """Who else may scrape it, in words; "" if nobody does that we know of."""


class Scrapes:
    """Every scrape of a tree; each index is built once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.scrapers = Scrapers(world)
        self._by_namespace: dict[str, list[Manifest]] = defaultdict(list)
        self._by_label: dict[tuple[str, str, str], list[Manifest]] = defaultdict(list)
        for service in world.by_kind.get("Service", ()):
            where = service.ref.namespace
            self._by_namespace[where].append(service)
            for key, value in texts_at(service.body, "metadata", "labels").items():
                self._by_label[where, key, value].append(service)

    @cached_property
    def all(self) -> tuple[Scrape, ...]:
        """What monitors and annotations lead to, in the order of the tree."""
        monitors = (one for kind in (SERVICE_MONITOR, POD_MONITOR) for one in self._world.by_kind.get(kind, ()))
        return (*(scrape for one in monitors for scrape in self._of(one)), *self._annotated())

    @cached_property
    def order(self) -> Mapping[int, int]:
        """The place of every scrape in the tree, by its identity."""
        return {id(scrape): place for place, scrape in enumerate(self.all)}

    @cached_property
    def _of_source(self) -> Mapping[int, tuple[Scrape, ...]]:
        return grouped((id(scrape.source), scrape) for scrape in self.all)

    @cached_property
    def _of_pod(self) -> Mapping[int, tuple[Scrape, ...]]:
        return grouped((id(target.pod), scrape) for scrape in self.all for target in scrape.targets)

    @cached_property
    def _at(self) -> Mapping[tuple[int, int | None], tuple[Scrape, ...]]:
        return grouped(((id(one.pod), one.port), scrape) for scrape in self.all for one in scrape.targets)

    def of_source(self, source: Manifest) -> tuple[Scrape, ...]:
        """The scrapes that a monitor, a workload or a Service asks for."""
        return self._of_source.get(id(source), ())

    def of_pod(self, pod: Pod) -> tuple[Scrape, ...]:
        """The scrapes that reach pods of a template."""
        return self._of_pod.get(id(pod), ())

    def at(self, pod: Pod, port: int | None) -> tuple[Scrape, ...]:
        """The scrapes that reach pods of a template on one port."""
        return self._at.get((id(pod), port), ())

    def _of(self, monitor: Manifest) -> Iterator[Scrape]:
        """The endpoints of a ServiceMonitor or PodMonitor with what they reach."""
        scrapers = self.scrapers.of(monitor)
        is_service = kind_of(monitor) == SERVICE_MONITOR
        key = "endpoints" if is_service else "podMetricsEndpoints"
        for index, endpoint in mappings_at(monitor.body, "spec", key):
            if is_service:
                services = self.services_of(monitor)
                targets = [target for one in services for target in self.behind(one, endpoint)]
            else:
                targets = [Target(pod, port, None) for pod in self.pods_of(monitor) for port in picked(pod, endpoint)]
            where = pointer("spec", key, index)
            yield Scrape(monitor, where, tuple(targets), scrapers, self.scrapers.others)

    def namespaces_of(self, monitor: Manifest) -> tuple[str, ...]:
        """The namespaces in which a monitor looks."""
        if value_at(monitor.body, "spec", "namespaceSelector", "any") is True:
            return self._namespaces
        return words_at(monitor.body, "spec", "namespaceSelector", "matchNames") or (monitor.ref.namespace,)

    @cached_property
    def _namespaces(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.ref.namespace for one in self._world.inventory.manifests))

    def services_of(self, monitor: Manifest) -> tuple[Manifest, ...]:
        """The Services that a ServiceMonitor selects."""
        wanted = selectors.read(monitor.body, "spec", "selector") or selectors.Selector()
        found: list[Manifest] = []
        for where in self.namespaces_of(monitor):
            postings = [self._by_label.get((where, key, value), []) for key, value in wanted.labels]
            candidates = min(postings, key=len, default=self._by_namespace.get(where, []))
            found += [one for one in candidates if wanted.admits(texts_at(one.body, "metadata", "labels"))]
        return tuple(found)

    def pods_of(self, monitor: Manifest) -> tuple[Pod, ...]:
        """The pods that a PodMonitor selects."""
        wanted = selectors.read(monitor.body, "spec", "selector") or selectors.Selector()
        spaces = self.namespaces_of(monitor)
        return tuple(pod for where in spaces for pod in self._world.pods.selected(where, wanted))

    def pods_behind(self, service: Manifest) -> tuple[Pod, ...]:
        """The pods of a Service; none for one without a selector."""
        labels = texts_at(service.body, "spec", "selector")
        if not labels or text_at(service.body, "spec", "type") == "ExternalName":
            return ()
        return self._world.pods.selected(service.ref.namespace, selectors.of_labels(labels))

    def behind(self, service: Manifest, endpoint: Mapping[str, Any]) -> Iterator[Target]:
        """The ports of a Service's pods that an endpoint of a ServiceMonitor picks."""
        name = text_at(endpoint, "port")
        ports = [port for _, port in mappings_at(service.body, "spec", "ports")]
        aims = [port.get("targetPort") or port.get("port") for port in ports if matches(name, text_at(port, "name"))]
        for pod in self.pods_behind(service):
            if name:
                numbers = [number for aim in aims for number in numbers_of(pod, aim)]
            else:  # also ports of the pods that the Service does not have
                numbers = list(picked(pod, endpoint))
            yield from (Target(pod, number, service) for number in dict.fromkeys(numbers))

    def _annotated(self) -> Iterator[Scrape]:
        doubt = self.scrapers.others or "who reads the annotations of prometheus.io is not in the tree"
        for manifest in self._world.inventory.manifests:
            for pod in self._world.pods.made_by(manifest):
                marks = annotations_of(pod)
                if marks.get(SCRAPE_MARK) == "true":
                    number = number_in(marks.get(PORT_MARK, ""))
                    targets = [Target(pod, port, None) for port in picked(pod, {"portNumber": number})]
                    targets = targets or [Target(pod, number, None)]  # a number need not be declared here
                    yield Scrape(manifest, annotations_pointer(pod) + pointer(SCRAPE_MARK), tuple(targets), (), doubt)
        for service in self._world.by_kind.get("Service", ()):
            if annotation(service.body, SCRAPE_MARK) == "true":
                number = number_in(annotation(service.body, PORT_MARK))
                told = (Target(pod, number, service) for pod in self.pods_behind(service))
                targets = list(told if number is not None else self.behind(service, {}))
                yield Scrape(service, pointer("metadata", "annotations", SCRAPE_MARK), tuple(targets), (), doubt)


def grouped(pairs: Iterable[tuple[Key, Scrape]]) -> Mapping[Key, tuple[Scrape, ...]]:
    """Scrapes by a key, each once, in their order."""
    found: dict[Key, dict[int, Scrape]] = defaultdict(dict)
    for key, scrape in pairs:
        found[key][id(scrape)] = scrape
    return {key: tuple(scrapes.values()) for key, scrapes in found.items()}


def number_in(text: str) -> int | None:
    """The number that an annotation says."""
    return int(text) if text.isdecimal() else None
