"""Everything that policies of the mesh can select, in whatever namespace: pods of templates, gateways, machines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.validation.fields import text_at, texts_at
from bayplan.validation.mesh.kinds import K8S_GATEWAY, WORKLOAD_ENTRY, WORKLOAD_GROUP
from bayplan.validation.pods import WORKLOAD_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name"
GATEWAY_CLASSES = ("istio", "istio-east-west", "istio-remote", "istio-waypoint")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workload:
    """Something with labels that has, or may have, a proxy."""

    namespace: str
    labels: Mapping[str, str]
    owner: Manifest | None
    """What makes it; None for the gateway that the cluster's spec names."""
    pod: Pod | None = None

    def carries(self, key: str, value: str) -> bool:
        """Whether it has a label, or gets it from its controller with a value that no file shows."""
        return self.labels.get(key) == value or (self.pod is not None and key in self.pod.added_labels)


class Workloads:
    """All of them, found by label without looking at each."""

    def __init__(self, world: World) -> None:
        self.all: list[Workload] = []
        self._in_namespace: dict[str, list[Workload]] = defaultdict(list)
        self._with_label: dict[tuple[str | None, str, str], list[Workload]] = defaultdict(list)
        """By label in each namespace, and under None in all of them."""
        self._opaque: set[str] = set()
        """Labels that only controllers set."""
        for workload in workloads_of(world):
            self.all.append(workload)
            self._in_namespace[workload.namespace].append(workload)
            for key, value in workload.labels.items():
                self._with_label[None, key, value].append(workload)
                self._with_label[workload.namespace, key, value].append(workload)
            if workload.pod is not None:
                self._opaque.update(workload.pod.added_labels)
        self.drafts = frozenset(
            workload.namespace for workload in self.all if workload.owner and world.draft_of(workload.owner)
        )
        """Namespaces with workloads that are changed on their way."""

    def within(self, namespace: str) -> list[Workload]:
        """Those of a namespace."""
        return self._in_namespace.get(namespace, [])

    def selected(self, labels: Mapping[str, str], namespace: str | None = None) -> list[Workload]:
        """Those that carry all labels; in every namespace unless one is given."""
        postings = [
            self._with_label.get((namespace, *pair), []) for pair in labels.items() if pair[0] not in self._opaque
        ]
        start = self.all if namespace is None else self.within(namespace)
        candidates = min([start, *postings], key=len)
        return [one for one in candidates if all(one.carries(*pair) for pair in labels.items())]


def workloads_of(world: World) -> Iterator[Workload]:
    """Everything that may be selected."""
    for kind in WORKLOAD_KINDS:
        for manifest in world.by_kind.get(kind, ()):
            for pod in world.pods.made_by(manifest):
                yield Workload(namespace=pod.namespace, labels=pod.labels, owner=manifest, pod=pod)
    for gateway in world.by_kind.get(K8S_GATEWAY, ()):
        if text_at(gateway.body, "spec", "gatewayClassName") in GATEWAY_CLASSES:
            yield Workload(namespace=gateway.ref.namespace, labels=labels_of_gateway(gateway), owner=gateway)
    for kind, path in MACHINES.items():
        for machine in world.by_kind.get(kind, ()):
            labels = texts_at(machine.body, *path)
            yield Workload(namespace=machine.ref.namespace, labels=labels, owner=machine)
    if world.cluster is not None and "istio" in world.cluster.controllers:
        mesh = world.cluster.mesh
        yield Workload(namespace=mesh.gateway_namespace, labels=mesh.gateway_labels, owner=None)


MACHINES = {WORKLOAD_ENTRY: ("spec", "labels"), WORKLOAD_GROUP: ("spec", "metadata", "labels")}


def labels_of_gateway(gateway: Manifest) -> dict[str, str]:
    """What istiod labels the pods with that it makes for a Gateway of the Gateway API."""
    return {
        **texts_at(gateway.body, "metadata", "labels"),
        **texts_at(gateway.body, "spec", "infrastructure", "labels"),
        GATEWAY_NAME: gateway.ref.name,
        "gateway.networking.k8s.io/gateway-class-name": text_at(gateway.body, "spec", "gatewayClassName"),
    }
