"""What to do instead of a change that is refused, kind by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.amounts import amount
from bayplan.validation.fields import mapping_at, mappings_at, text_at, value_at, whole_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.likeness import settled
from bayplan.validation.storage import class_of

if TYPE_CHECKING:
    from bayplan.review.comparison import Comparison, Pair
    from bayplan.validation.world import World

FORCE = "kustomize.toolkit.fluxcd.io/force: enabled"
OTHER_NAME = "Keep the old value, or make a new object with another name and remove this one later"
SELECTOR = (
    "Keep the selector (the template may carry more labels), or make a second one with another name and remove this "
    f"one when the new pods are ready; with {FORCE} Flux deletes it first, and no pod is there until the new ones start"
)
CONTENT = "Give it another name with each change (kustomize's generators add a hash) and let what reads it follow"
CLAIM = "Make a new claim with another name, copy the data, and let the pods use that one"
CLASS = "Make a class with another name for new claims; volumes that are there stay as the old one made them"
BINDING = (
    "Make a binding with another name and remove this one later, or add "
    f"{FORCE}: nobody has these rights between the two"
)
JOB = (
    "Give the Job a new name with each change, for example with a hash of what it runs, or add "
    f"{FORCE}: Flux deletes it and it runs again from the beginning"
)
POD = f"Delete the Pod once, so that Flux makes it anew, or add {FORCE}; a Deployment would do it by itself"
ADDRESS = "Leave clusterIP out, and the Service keeps what it has; for another address make a Service with another name"
VERSION = (
    "Keep the version with served: false, have all objects written anew, take it out of status.storedVersions, and "
    "only then out of the definition"
)
NAMES = "Keep names and scope; another kind is a second definition, and deleting this one deletes all of its objects"
STEP = "Keep the old value, or make a new object with another name"
FIXES: dict[str, str] = {
    "ClusterRoleBinding.rbac.authorization.k8s.io": BINDING,
    "ConfigMap": CONTENT,
    "DaemonSet.apps": SELECTOR,
    "Deployment.apps": SELECTOR,
    "Job.batch": JOB,
    "Job.batch.volcano.sh": JOB,
    "JobSet.jobset.x-k8s.io": JOB,
    "PersistentVolume": "Make a new volume with another name for the new place, and bind a new claim to it",
    "PersistentVolumeClaim": CLAIM,
    "Pod": POD,
    "PriorityClass.scheduling.k8s.io": "Make a class with another name and let the pods name it",
    "ReplicaSet.apps": SELECTOR,
    "RoleBinding.rbac.authorization.k8s.io": BINDING,
    "Secret": CONTENT,
    "Service": ADDRESS,
    "StorageClass.storage.k8s.io": CLASS,
    "VolumeAttributesClass.storage.k8s.io": CLASS,
}


def advice(comparison: Comparison, pair: Pair, pointer: str) -> str:
    """What to do instead of one refused change."""
    kind = kind_of(pair.after)
    if kind == "StatefulSet.apps":
        return SELECTOR if pointer == "/spec/selector" else of_set(comparison.head, pair, pointer)
    if kind == "CustomResourceDefinition.apiextensions.k8s.io":
        return VERSION if pointer == "/spec/versions" else NAMES
    if kind == "Secret" and pointer == "/type":
        return "Make a Secret with another name for the new type, and let what reads it follow"
    if kind == "Service" and pointer == "/spec/loadBalancerClass":
        return "Make a second Service with the new class, move the name in DNS, and remove this one later"
    if kind in FIXES:
        return FIXES[kind]
    return STEP if pair.after.ref.group not in BUILT_IN else OTHER_NAME


BUILT_IN = frozenset({"", "apps", "batch", "policy", "autoscaling"})


def of_set(world: World, pair: Pair, pointer: str) -> str:
    """A StatefulSet lets its pods go and is made anew around them."""
    ref = pair.after.ref
    space = f" -n {ref.namespace}" if ref.namespace else ""
    orphan = (
        f"kubectl delete statefulset {ref.name}{space} --cascade=orphan leaves its pods and claims alone, and Flux "
        "makes it anew around them"
    )
    if pointer != "/spec/volumeClaimTemplates":
        return f"Keep the old value; or {orphan}"
    grown = growing(pair)
    if grown is None:
        return f"Keep the templates; or {orphan}: claims that are there stay as they are, and only new pods get others"
    return f"{grow_first(world, pair, grown)} Then {orphan}"


def growing(pair: Pair) -> list[tuple[str, str]] | None:
    """Names of claim templates with their new size, where nothing but sizes has grown."""
    old, new = (
        {text_at(one, "metadata", "name"): one for _, one in mappings_at(side.body, "spec", "volumeClaimTemplates")}
        for side in (pair.before, pair.after)
    )
    found: list[tuple[str, str]] = []
    if list(old) != list(new):
        return None
    for name, template in new.items():
        if unsized(old[name]) != unsized(template):
            return None
        before, after = (amount(size_of(one)) for one in (old[name], template))
        if before is None or after is None or after < before:
            return None
        if after > before:
            found.append((name, str(size_of(template))))
    return found


def size_of(template: dict[str, object]) -> object:
    """What a claim asks for."""
    return value_at(template, "spec", "resources", "requests", "storage")


def unsized(template: dict[str, object]) -> object:
    """A claim template without its size."""
    spec = {key: value for key, value in mapping_at(template, "spec").items() if key != "resources"}
    return settled({"metadata": template.get("metadata"), "spec": spec})


def grow_first(world: World, pair: Pair, grown: list[tuple[str, str]]) -> str:
    """The claims that are there are grown by hand."""
    replicas = whole_at(pair.before.body, "spec", "replicas")
    last = (1 if replicas is None else replicas) - 1
    names = []
    for name, size in grown:
        claim = f"{name}-{pair.after.ref.name}-0"
        names.append(f"{claim}{f' to -{last}' if last > 0 else ''} to {size}")
    return f"Grow the claims {', '.join(names)} with kubectl patch pvc{of_class(world, pair, grown)}."


def of_class(world: World, pair: Pair, grown: list[tuple[str, str]]) -> str:
    """Whether their class lets them grow."""
    names = {name for name, _ in grown}
    classes = {
        class_of(one)
        for _, one in mappings_at(pair.after.body, "spec", "volumeClaimTemplates")
        if text_at(one, "metadata", "name") in names
    }
    found = [one for name in sorted(classes) for one in world.by_name.get(("StorageClass.storage.k8s.io", name), ())]
    if any(value_at(one.body, "allowVolumeExpansion") is not True for one in found):
        return f", which StorageClass {found[0].ref.name} does not allow: it needs allowVolumeExpansion: true first"
    if found and len(found) == len(classes):
        return f", which StorageClass {found[0].ref.name} allows"
    return ", if their StorageClass says allowVolumeExpansion: true"
