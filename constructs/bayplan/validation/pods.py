"""Pods, derived from the templates that make them: rules about pods work without a cluster."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.references import Reference, references_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.selectors import Selector


class Shape(NamedTuple):
    """Where a kind keeps its pods."""

    template: tuple[str, ...]
    """Path of the pod template in the object."""
    added_labels: tuple[str, ...] = ()
    """Keys of labels whose values the controller sets when it makes a pod."""
    scaled: bool = False
    """Whether it has the scale subresource: a number of replicas that others can ask for and set."""


JOB_LABELS = (
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
)
SHAPES: dict[str, Shape] = {
    "CronJob.batch": Shape(("spec", "jobTemplate", "spec", "template"), JOB_LABELS),
    "DaemonSet.apps": Shape(("spec", "template"), ("controller-revision-hash", "pod-template-generation")),
    "Deployment.apps": Shape(("spec", "template"), ("pod-template-hash",), scaled=True),
    "DeploymentConfig.apps.openshift.io": Shape(("spec", "template"), ("deployment", "deploymentconfig"), scaled=True),
    "Job.batch": Shape(("spec", "template"), JOB_LABELS),
    "Pod": Shape(()),
    "PodTemplate": Shape(("template",)),
    "ReplicaSet.apps": Shape(("spec", "template"), scaled=True),
    "ReplicationController": Shape(("spec", "template"), scaled=True),
    "Rollout.argoproj.io": Shape(("spec", "template"), ("role", "rollouts-pod-template-hash"), scaled=True),
    "StatefulSet.apps": Shape(
        ("spec", "template"),
        ("apps.kubernetes.io/pod-index", "controller-revision-hash", "statefulset.kubernetes.io/pod-name"),
        scaled=True,
    ),
}
"""Kinds that make pods from a template. A kind that is added here is judged by every rule about pods."""

POD_KINDS = tuple(SHAPES)
WORKLOAD_KINDS = tuple(kind for kind in SHAPES if kind != "PodTemplate")
SCALED_KINDS = tuple(kind for kind, shape in SHAPES.items() if shape.scaled)


class Container(NamedTuple):
    """A container of a pod and where it stands in the owner's body."""

    body: dict[str, Any]
    pointer: str
    role: str
    """`container`, `sidecar` (an init container that stays) or `init`."""

    @property
    def name(self) -> str:
        """Name of the container."""
        return text_at(self.body, "name")


@dataclass(frozen=True, kw_only=True, eq=False)
class Pod:
    """Pods of one template; they are all alike."""

    owner: Manifest
    labels: Mapping[str, str]
    added_labels: tuple[str, ...]
    spec: dict[str, Any]
    pointer: str
    """JSON pointer of `spec` in the owner."""

    @property
    def namespace(self) -> str:
        """Namespace of owner and pods."""
        return self.owner.ref.namespace

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """Every container, in the order in which they start."""
        first = (
            Container(body, f"{self.pointer}/initContainers/{index}", role_of(body))
            for index, body in mappings_at(self.spec, "initContainers")
        )
        then = (
            Container(body, f"{self.pointer}/containers/{index}", "container")
            for index, body in mappings_at(self.spec, "containers")
        )
        return (*first, *then)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Everything that it needs by name from its namespace."""
        return tuple(references_of(self))


def role_of(init_container: dict[str, Any]) -> str:
    """Whether an init container stays beside the others or ends before them."""
    return "sidecar" if init_container.get("restartPolicy") == "Always" else "init"


def pods_of(manifest: Manifest) -> tuple[Pod, ...]:
    """The pods that an object makes, one for each of its templates; none for kinds that make none."""
    shape = SHAPES.get(kind_of(manifest))
    if shape is None:
        return ()
    template = mapping_at(manifest.body, *shape.template)
    labels = texts_at(template, "metadata", "labels")
    # the API server demands that both agree; a template that is cut short in a file still says whose pods these are
    labels = labels or texts_at(manifest.body, "spec", "selector", "matchLabels")
    pod = Pod(
        owner=manifest,
        labels=labels,
        added_labels=shape.added_labels,
        spec=mapping_at(template, "spec"),
        pointer=pointer(*shape.template, "spec"),
    )
    return (pod,)


class Pods:
    """The pods of a tree, found by namespace and labels without looking at all of them."""

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self._of_owner: dict[int, tuple[Pod, ...]] = {}
        self._in_namespace: dict[str, list[Pod]] = defaultdict(list)
        self._with_label: dict[tuple[str, str, str], list[Pod]] = defaultdict(list)
        for manifest in manifests:
            pods = pods_of(manifest)
            if pods:
                self._of_owner[id(manifest)] = pods
            if kind_of(manifest) != "PodTemplate":  # which makes no pods by itself
                for pod in pods:
                    self._note(pod)

    def _note(self, pod: Pod) -> None:
        self._in_namespace[pod.namespace].append(pod)
        for key, value in pod.labels.items():
            self._with_label[pod.namespace, key, value].append(pod)

    def made_by(self, manifest: Manifest) -> tuple[Pod, ...]:
        """The pods that an object of the tree makes, one for each of its templates."""
        return self._of_owner.get(id(manifest), ())

    def containers_of(self, manifest: Manifest) -> Iterator[Container]:
        """The containers of all pods that an object makes."""
        return (container for pod in self.made_by(manifest) for container in pod.containers)

    def selected(self, namespace: str, selector: Selector) -> tuple[Pod, ...]:
        """The pods of a namespace that a selector selects, in the order of the tree."""
        postings = [self._with_label.get((namespace, key, value), []) for key, value in selector.labels]
        candidates = min(postings, key=len, default=self._in_namespace.get(namespace, []))
        return tuple(pod for pod in candidates if selector.admits(pod.labels))

    def selected_when_running(self, namespace: str, labels: Mapping[str, str]) -> bool:
        """Whether pods carry all labels once their controllers have added theirs."""
        return any(
            all(pod.labels.get(key) == value or key in pod.added_labels for key, value in labels.items())
            for pod in self._in_namespace.get(namespace, ())
            if any(key in pod.added_labels for key in labels)
        )
