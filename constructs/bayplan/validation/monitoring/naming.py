"""What matchers name: namespaces, workloads, jobs. A series with a label that nobody has does not exist."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.expressions.patterns import fault, whole
from bayplan.validation.finding import Status
from bayplan.validation.monitoring.series import Series
from bayplan.validation.outsiders import SYSTEM_NAMESPACES
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.selectors import Selector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.expressions.promql import Matcher, Selection
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

NAMESPACE_LABELS = (
    "namespace", "destination_service_namespace", "destination_workload_namespace", "source_workload_namespace",
    "exported_namespace",
)  # fmt: skip
KUBE_LABELS = {
    "cronjob": "CronJob.batch",
    "daemonset": "DaemonSet.apps",
    "deployment": "Deployment.apps",
    "statefulset": "StatefulSet.apps",
}
"""Labels of kube-state-metrics to the kinds whose names they hold."""
MESH_WORKLOADS = (
    ("destination_workload", "destination_workload_namespace"),
    ("source_workload", "source_workload_namespace"),
)
ELSEWHERE = ("cluster", "cluster_name", "clusterName", "k8s_cluster", "region", "env", "environment")
"""Labels that say that other clusters' series are in the same Prometheus."""
SUFFIXES = ("-6d5f8c7b9b-x7k2p", "-0", "-1", "-x7k2p", "-29384756-x7k2p", "", "-12345", "-predictor-6d5f8c7b9b-x7k2p")
"""What controllers put behind the names of pods."""


class Lost(NamedTuple):
    """A matcher, or a name, that no series has."""

    message: str
    status: Status


class Naming:
    """Matchers against what the tree has."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.series = Series(world)
        self._pod_names: dict[str, frozenset[str]] = {}

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """Every namespace that a file names."""
        manifests = self._world.inventory.manifests
        written = {one.ref.name for one in self._world.by_kind.get("Namespace", ())}
        return frozenset({one.ref.namespace for one in manifests} | written | {"default"} | SYSTEM_NAMESPACES) - {""}

    def lost(self, selection: Selection) -> Iterator[Lost]:
        """What of a selection no series has."""
        if selection.may_be_absent or any(one.label in ELSEWHERE for one in selection.matchers):
            return
        wanted = {one.label: one for one in selection.matchers if one.operator in ("=", "=~") and one.value}
        if selection.metric not in self.series.recorded:
            yield from self._metric(selection.metric, wanted)
        for label in NAMESPACE_LABELS:
            if label in wanted and not self._has(wanted[label], self.namespaces):
                yield from self._no_namespace(wanted[label])
                return
        if selection.metric.startswith("kube_"):
            yield from self._kube(wanted)
        yield from self._mesh(wanted)
        yield from self._pods(wanted)

    def _metric(self, metric: str, wanted: dict[str, Matcher]) -> Iterator[Lost]:
        if not self.series.is_closed:
            return
        why = self.series.lacking(metric)
        if why:
            yield Lost(f"{metric} {why}", Status.BROKEN)
        elif metric.startswith("ALERTS"):
            return
        elif "job" in wanted and self.series.jobs is not None and not self._has(wanted["job"], self.series.jobs):
            jobs = ", ".join(sorted(self.series.jobs)) or "none"
            yield Lost(f"{told(wanted['job'])} is no job that {self.series.prometheus} scrapes: {jobs}", Status.BROKEN)

    def _has(self, matcher: Matcher, values: frozenset[str]) -> bool:
        if matcher.operator == "=":
            return matcher.value in values or "$" in matcher.value
        return bool(fault(matcher.value)) or any(whole(matcher.value, value) for value in values)

    def _no_namespace(self, matcher: Matcher) -> Iterator[Lost]:
        message = f"{told(matcher)} is no namespace of this tree"
        lack = self._world.lack("Namespace", "", matcher.value)
        if lack is None:
            return
        if not self.series.is_closed or lack.status is Status.UNKNOWN:
            yield Lost(message + (lack.doubt or ", but Prometheus may scrape more than the tree shows"), Status.UNKNOWN)
        else:
            yield Lost(message, Status.BROKEN)

    def _kube(self, wanted: dict[str, Matcher]) -> Iterator[Lost]:
        space = wanted.get("namespace")
        for label, kind in KUBE_LABELS.items():
            one = wanted.get(label)
            if one is None or one.operator != "=" or space is None or space.operator != "=":
                continue
            lack = self._world.lack(kind, space.value, one.value)
            if lack is not None:
                yield Lost(f"{told(one)}: there is no such {label} in namespace {space.value}{lack.doubt}", lack.status)

    def _mesh(self, wanted: dict[str, Matcher]) -> Iterator[Lost]:
        for label, of in MESH_WORKLOADS:
            one, space = wanted.get(label), wanted.get(of) or wanted.get("destination_service_namespace")
            if one is None or one.operator != "=" or space is None or space.operator != "=" or one.value == "unknown":
                continue
            if not any(self._world.lack(kind, space.value, one.value) is None for kind in POD_KINDS):
                doubt = self._world.doubt("Deployment.apps", space.value)
                message = f"{told(one)}: there is no such workload in namespace {space.value}{doubt.doubt}"
                yield Lost(message, doubt.status)

    def _pods(self, wanted: dict[str, Matcher]) -> Iterator[Lost]:
        one, space = wanted.get("pod"), wanted.get("namespace")
        if one is None or space is None or space.operator != "=" or fault(one.value):
            return
        names = self._names(space.value)
        if names and not self._has(one, narrowed(names, one.value)):
            doubt = self._world.doubt("Pod", space.value)
            yield Lost(f"{told(one)}: no pod of namespace {space.value} can have that name{doubt.doubt}", doubt.status)

    def _names(self, namespace: str) -> frozenset[str]:
        if namespace not in self._pod_names:
            pods = self._world.pods.selected(namespace, Selector())
            self._pod_names[namespace] = frozenset(name for pod in pods for name in names_of(pod))
        return self._pod_names[namespace]


def narrowed(names: frozenset[str], pattern: str) -> frozenset[str]:
    """The names that may match a pattern: those with the letters that it surely begins with."""
    plain = next(
        (place for place, letter in enumerate(pattern) if not (letter.isalnum() or letter == "-")), len(pattern)
    )
    if "|" in pattern or plain == len(pattern):
        return names
    begin = pattern[: max(plain - 1, 0)]  # the last letter may be repeated no times
    return frozenset(name for name in names if name.startswith(begin))


def names_of(pod: Pod) -> Iterator[str]:
    """Names that pods of a template may get."""
    return (f"{pod.owner.ref.name}{suffix}" for suffix in SUFFIXES)


def told(matcher: Matcher) -> str:
    """A matcher as it is written."""
    return f'{matcher.label}{matcher.operator}"{matcher.value}"'
