"""Pods, derived from the templates that make them: rules about pods work without a cluster.

Sidecars that a mesh injects are not among them: validation/mesh/injection.py makes those from a pod and its namespace.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.validation.kinds import kind_of
from bayplan.validation.pod import Container, Count, Pod
from bayplan.validation.templates.table import MAKERS, MODELS, POD_KINDS, SCALED_KINDS, WORKLOAD_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.selectors import Selector

__all__ = ["POD_KINDS", "SCALED_KINDS", "WORKLOAD_KINDS", "Container", "Count", "Pod", "Pods", "pods_of"]


class Pods:
    """The pods of a tree, found by namespace and labels without looking at all of them."""

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self._of_owner: dict[int, tuple[Pod, ...]] = {}
        self._in_namespace: dict[str, list[Pod]] = defaultdict(list)
        self._with_label: dict[tuple[str, str, str], list[Pod]] = defaultdict(list)
        self._selected: dict[tuple[str, Selector], tuple[Pod, ...]] = {}
        tree = Sources(manifests)
        for manifest in tree.owners:
            pods = pods_of(manifest, tree)
            self._of_owner[id(manifest)] = tuple(pod for pod in pods if not pod.is_borrowed)
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

    def namespaces(self) -> tuple[str, ...]:
        """The namespaces that have pods, in the order of the tree."""
        return tuple(self._in_namespace)

    def in_namespace(self, namespace: str) -> tuple[Pod, ...]:
        """All pods of a namespace, in the order of the tree."""
        return tuple(self._in_namespace.get(namespace, ()))

    def is_alone(self, pod: Pod, labels: Mapping[str, str]) -> bool:
        """Whether one of some labels that a pod carries is carried by no other in its namespace."""
        return any(len(self._with_label.get((pod.namespace, *pair), ())) < 2 for pair in labels.items())

    def selected(self, namespace: str, selector: Selector) -> tuple[Pod, ...]:
        """The pods of a namespace that a selector selects, in the order of the tree; looked for once."""
        found = self._selected.get((namespace, selector))
        if found is None:
            postings = [self._with_label.get((namespace, key, value), []) for key, value in selector.labels]
            candidates = min(postings, key=len, default=self._in_namespace.get(namespace, []))
            found = tuple(pod for pod in candidates if selector.admits(pod.labels))
            self._selected[namespace, selector] = found
        return found

    def selected_when_running(self, namespace: str, labels: Mapping[str, str]) -> bool:
        """Whether pods carry all labels once their controllers have added theirs."""
        return any(
            all(pod.labels.get(key) == value or key in pod.added_labels for key, value in labels.items())
            for pod in self._in_namespace.get(namespace, ())
            if any(key in pod.added_labels for key in labels)
        )


class Sources:
    """The objects that make pods, and those that hold templates for others."""

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self.owners: list[Manifest] = []
        self._found: dict[tuple[str, str, str], Manifest] = {}
        for manifest in manifests:
            kind = kind_of(manifest)
            if kind in MAKERS:
                self.owners.append(manifest)
            if kind in MODELS:
                self._found.setdefault((kind, manifest.ref.namespace, manifest.ref.name), manifest)

    def find(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """An object by kind with group, namespace and name."""
        return self._found.get((kind, namespace, name))


def pods_of(manifest: Manifest, tree: Sources | None = None) -> tuple[Pod, ...]:
    """The pods that an object makes, one for each of its templates; none for kinds that make none."""
    make = MAKERS.get(kind_of(manifest))
    return tuple(make(manifest, tree or Sources(()))) if make else ()
