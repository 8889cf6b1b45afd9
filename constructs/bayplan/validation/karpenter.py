"""Which pods the nodes of a Karpenter NodePool can take, as Karpenter 1.15 compares requirements.

Labels that the cloud or Karpenter gives nodes are taken to fit unless the NodePool says which values it may have; any
other label must be the NodePool's own. Only taints that stay count (`taints`, not `startupTaints`).

Source: <https://karpenter.sh/docs/concepts/nodepools/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.amounts import amounts_in, requests_of
from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at, value_at, words_at
from bayplan.validation.once import once
from bayplan.validation.selectors import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

NODE_POOL = "NodePool.karpenter.sh"
POOL_LABEL = "karpenter.sh/nodepool"
INSTANCE = "node.kubernetes.io/instance-type"
GIVEN = (
    "kubernetes.io/",
    "beta.kubernetes.io/",
    "node.kubernetes.io/",
    "topology.",
    "karpenter.",
    "eks.amazonaws.com/",
)
"""Starts of labels that the cloud or Karpenter gives to nodes."""
FROM_PROGRAMS = ("nvidia.com/", "amd.com/", "feature.node.kubernetes.io/")


class NodePool(NamedTuple):
    """What a NodePool says of its nodes."""

    manifest: Manifest
    wanted: tuple[Requirement, ...]
    taints: tuple[tuple[str, str, str], ...]
    """Key, value and effect."""

    @property
    def name(self) -> str:
        """Name of the pool, which its nodes carry as a label."""
        return self.manifest.ref.name

    @property
    def instances(self) -> tuple[str, ...]:
        """Names of the machines that it may buy; empty where it does not name them."""
        found = [one.values for one in self.wanted if one.key == INSTANCE and one.operator == "In"]
        return found[0] if found else ()


@once
def node_pools(world: World) -> tuple[NodePool, ...]:
    """The NodePools of the tree."""
    return tuple(read(one) for one in world.by_kind.get(NODE_POOL, ()))


def read(manifest: Manifest) -> NodePool:
    """A NodePool with its requirements, labels and name as one list of conditions."""
    template = mapping_at(manifest.body, "spec", "template")
    labels = texts_at(template, "metadata", "labels") | {POOL_LABEL: manifest.ref.name}
    wanted = [Requirement(key=key, operator="In", values=(value,)) for key, value in labels.items()]
    wanted += conditions(template, "spec", "requirements")
    taints = [item for _, item in mappings_at(template, "spec", "taints")]
    return NodePool(
        manifest,
        tuple(wanted),
        tuple((text_at(one, "key"), text_at(one, "value"), text_at(one, "effect")) for one in taints),
    )


def conditions(body: object, *path: str) -> list[Requirement]:
    """Conditions on labels at a path."""
    return [
        Requirement(key=text_at(item, "key"), operator=text_at(item, "operator"), values=words_at(item, "values"))
        for _, item in mappings_at(body, *path)
    ]


def asked_by(pod: Pod) -> list[list[Requirement]]:
    """The conditions of a pod on its node: one list for each way in which they can be met."""
    chosen = texts_at(pod.spec, "nodeSelector").items()
    fixed = [Requirement(key=key, operator="In", values=(value,)) for key, value in chosen]
    path = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
    terms = [conditions(term, "matchExpressions") for _, term in mappings_at(pod.spec, *path)]
    return [fixed + term for term in terms] or [fixed]


def refusal(pool: NodePool, pod: Pod, way: list[Requirement]) -> str:
    """Why the nodes of a pool cannot take a pod that asks in one way, in words; "" if they can."""
    for condition in way:
        if not can_meet(pool, condition):
            return f"gives no node {condition.key} {condition.operator} {', '.join(condition.values)}".rstrip()
    for key, value, effect in pool.taints:
        if effect != "PreferNoSchedule" and not tolerates(pod, key, value, effect):
            return f"has the taint {key}{'=' + value if value else ''}:{effect}"
    return next(too_small(pool, pod), "")


def can_meet(pool: NodePool, condition: Requirement) -> bool:
    """Whether a node of the pool can meet a condition."""
    own = [one for one in pool.wanted if one.key == condition.key]
    if condition.operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
        return True  # numbers are compared by Karpenter
    if not own:
        is_given = condition.key.startswith((*GIVEN, *FROM_PROGRAMS))
        return is_given or condition.operator in ("NotIn", "DoesNotExist")
    values = next((one.values for one in own if one.operator == "In"), condition.values)
    if any(one.operator not in ("In", "NotIn", "Exists") for one in own) or not values:
        return True
    return any(
        all(one.admits({condition.key: value}) for one in own) and condition.admits({condition.key: value})
        for value in values
    )


def tolerates(pod: Pod, key: str, value: str, effect: str) -> bool:
    """Whether a pod tolerates a taint."""
    for _, item in mappings_at(pod.spec, "tolerations"):
        operator = text_at(item, "operator") or "Equal"
        if text_at(item, "effect") not in ("", effect) or text_at(item, "key") not in ("", key):
            continue
        if operator == "Exists" or (text_at(item, "key") and operator == "Equal" and text_at(item, "value") == value):
            return True
        if operator not in ("Equal", "Exists"):
            return True  # comparisons of numbers, since Kubernetes 1.35
    return False


def too_small(pool: NodePool, pod: Pod) -> Iterator[str]:
    """What one pod asks for and the pool may not buy at all, or no machine that it names has."""
    asked = requests_of(pod)
    for name, most in sorted(amounts_in(mapping_at(pool.manifest.body, "spec", "limits")).items()):
        if asked.get(name, 0) > most:
            yield f"is limited to less {name} than one pod asks for"
    if pool.instances:
        from bayplan.spec.catalogue import ec2  # noqa: PLC0415 - trees without Karpenter do not pay for it

        machines = [ec2.find(name) for name in pool.instances]
        for name, key in (("cpu", "cpu"), ("memory", "memory")):
            sizes = [amounts_in({name: value_at(one.model_dump(), key)}) for one in machines if one is not None]
            if len(sizes) == len(machines) and all(size.get(name, 0) < asked.get(name, 0) for size in sizes):
                yield f"buys {', '.join(pool.instances)}, none of which has as much {name} as one pod asks for"
        for name in sorted(name for name in asked if "/gpu" in name or "/neuron" in name):
            known = [one for one in machines if one is not None]
            counts = [one.accelerators if one.resource == name else 0 for one in known]
            if len(known) == len(machines) and all(count * 1000 < asked[name] for count in counts):
                yield f"buys {', '.join(pool.instances)}, none of which has as many {name} as one pod asks for"
