"""The pods of a workload before the levels of its Namespace, with what webhooks add to them on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, mappings_at
from bayplan.validation.mesh.injection import annotations_of, has_cni
from bayplan.validation.mesh.sidecar import sidecar_of
from bayplan.validation.pod_security.policy import labels_of, level_of, namespace_of
from bayplan.validation.pod_security.standards import offences
from bayplan.validation.pod_security.subject import INJECTED, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod_security.policy import Level
    from bayplan.validation.pod_security.subject import Offence
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

INIT = "container istio-init"
MUTATORS = ("ClusterPolicy.kyverno.io", "Policy.kyverno.io")
NEW_MUTATORS = (
    "MutatingPolicy.policies.kyverno.io",
    "NamespacedMutatingPolicy.policies.kyverno.io",
    "MutatingAdmissionPolicy.admissionregistration.k8s.io",
    "Assign.mutations.gatekeeper.sh",
)


def asked(workload: Manifest, world: World, mode: str) -> Level | None:
    """The level that the Namespace of a workload asks for in a mode."""
    namespace = namespace_of(workload, world)
    return level_of(labels_of(namespace), mode, minor_of(world)) if namespace else None


def minor_of(world: World) -> int:
    """The minor of the cluster as a number."""
    return int(world.kubernetes.rpartition(".")[2])


def offences_of(workload: Manifest, world: World, level: Level) -> Iterator[tuple[str, list[Offence]]]:
    """Every check that a pod of a workload fails at a level, with the places."""
    for pod in world.pods.made_by(workload):
        if pod.spec:  # what has no spec is told by its schema
            for name, found in offences(subject_of(pod, world), level.name, level.minor):
                yield name, [one._replace(pointer=one.pointer.partition(INJECTED)[0]) for one in found]


def subject_of(pod: Pod, world: World) -> Subject:
    """A pod as admission sees it: after injection."""
    return Subject(
        spec=pod.spec,
        annotations=annotations_of(pod),
        pointer=pod.pointer,
        injected=tuple(container.body for container in sidecar_of(pod, world)),
    )


def doubt_of(found: list[Offence], world: World) -> str:
    """Why a pod may fit nevertheless: who may change it; "" where the tree shows nobody."""
    if all(INIT in one.what for one in found) and has_cni(world) is None:
        return "with istio-cni, which the tree does not show, it is not added"
    for kind in MUTATORS:
        for policy in world.by_kind.get(kind, ()):
            if any(mapping_at(one, "mutate") for _, one in mappings_at(policy.body, "spec", "rules")):
                return f"{policy.ref} may mend them"
    for kind in NEW_MUTATORS:
        for policy in world.by_kind.get(kind, ()):
            return f"{policy.ref} may mend them"
    return ""


def told(found: list[Offence]) -> str:
    """The places of one check in a sentence."""
    words = list(dict.fromkeys(one.what for one in found))
    return "; ".join(words[:3]) + (f"; and {len(words) - 3} more" if len(words) > 3 else "")
