"""Whether a pod may run on the nodes of a pool: labels, taints and size, as the scheduler filters.

Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.spec.products import MODELS, PRODUCT_LABEL, models_in
from bayplan.validation.amounts import requests_of
from bayplan.validation.fields import mappings_at, text_at, texts_at, value_at, words_at
from bayplan.validation.selectors import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.spec.cluster import Cluster, Taint
    from bayplan.spec.machine import Machine
    from bayplan.validation.pods import Pod

PREFIXES_OF_PROGRAMS = (
    "amd.com/",
    "beta.kubernetes.io/",
    "eks.amazonaws.com/",
    "failure-domain.beta.kubernetes.io/",
    "feature.node.kubernetes.io/",
    "karpenter.k8s.aws/",
    "karpenter.sh/",
    "node-role.kubernetes.io/",
    "nvidia.com/",
)
"""Labels that programs on the nodes set: no spec of a pool says them, so they are taken to be there."""

SPELLED_OUT = "custom"
"""Name of a machine that a pool spells out: the cloud calls it something else."""
SET_BY_CLOUD = frozenset({"kubernetes.io/hostname", "node.kubernetes.io/instance-type"})


class Refusal(NamedTuple):
    """Why a pool cannot take a pod."""

    why: str
    is_sure: bool = True


class Node(NamedTuple):
    """A node of a pool: each label with all values that it may have."""

    labels: Mapping[str, tuple[str, ...]]
    machine: Machine


def node_of(cluster: Cluster, machine: Machine) -> Node:
    """A node with the labels that the cloud gives it beside its own."""
    labels = {
        "kubernetes.io/arch": (machine.architecture,),
        "kubernetes.io/os": ("linux",),
        "topology.kubernetes.io/region": (cluster.region,),
        "topology.kubernetes.io/zone": machine.zones,
    }
    if machine.instance != SPELLED_OUT:
        labels["node.kubernetes.io/instance-type"] = (machine.instance,)
    return Node(labels | {key: (value,) for key, value in machine.labels.items()}, machine)


def refusal(pod: Pod, node: Node) -> Refusal | None:
    """The first reason why the nodes of a pool cannot take a pod; None if they can, as far as a pool can say."""
    for key, value in texts_at(pod.spec, "nodeSelector").items():
        if not is_set_by_programs(key, node) and value not in node.labels.get(key, ()):
            return Refusal(f"has no label {key}={value}")
        if key == PRODUCT_LABEL and is_another_product(value, node):
            return Refusal(f"has {node.machine.accelerator or 'no accelerator'}, {value} is asked for")
    if not admits_affinity(pod, node):
        return Refusal("does not meet the node affinity")
    taint = next(
        (one for one in node.machine.taints if one.effect != "PreferNoSchedule" and not tolerates(pod, one)), None
    )
    if taint is not None:
        return Refusal(f"has the taint {taint.key}{'=' + taint.value if taint.value else ''}:{taint.effect}")
    return next(too_small(pod, node.machine), None)


def is_set_by_programs(key: str, node: Node) -> bool:
    """Whether a label comes from a program or a cloud, and not from the spec of the pool."""
    return key not in node.labels and (key.startswith(PREFIXES_OF_PROGRAMS) or key in SET_BY_CLOUD)


def is_another_product(product: str, node: Node) -> bool:
    """Whether what GPU feature discovery would call the accelerators of a node is surely not this product."""
    models, own = models_in(product), node.machine.accelerator
    return bool(models) and own not in models and (own is None or own in MODELS)


def admits_affinity(pod: Pod, node: Node) -> bool:
    """Whether one of the required terms is met; without any, all nodes are."""
    path = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    if value_at(pod.spec, *path) is None:
        return True
    return any(
        all(meets(item, node) for _, item in mappings_at(term, "matchExpressions"))
        for _, term in mappings_at(pod.spec, *path, "nodeSelectorTerms")
        if term
    )


def meets(item: dict[str, object], node: Node) -> bool:
    """Whether some node of the pool meets one condition; labels that programs set are taken to meet it."""
    key, operator, values = text_at(item, "key"), text_at(item, "operator"), words_at(item, "values")
    has = node.labels.get(key, ())
    if is_set_by_programs(key, node):
        is_other = key == PRODUCT_LABEL and operator == "In" and all(is_another_product(one, node) for one in values)
        return not is_other
    if operator in ("Gt", "Lt"):
        return any(is_beyond(value, operator, values) for value in has)
    requirement = Requirement(key=key, operator=operator, values=values)
    return any(requirement.admits({key: value}) for value in has) if has else requirement.admits({})


def is_beyond(value: str, operator: str, bounds: tuple[str, ...]) -> bool:
    """Whether a label is a whole number on the right side of the one bound."""
    try:
        return int(value) > int(bounds[0]) if operator == "Gt" else int(value) < int(bounds[0])
    except (ValueError, IndexError):
        return False


def tolerates(pod: Pod, taint: Taint) -> bool:
    """Whether a pod tolerates a taint; a toleration without a key and with `Exists` tolerates all."""
    for _, item in mappings_at(pod.spec, "tolerations"):
        key, operator = text_at(item, "key"), text_at(item, "operator") or "Equal"
        if text_at(item, "effect") not in ("", taint.effect) or key not in ("", taint.key):
            continue
        if operator == "Exists" or (key and operator == "Equal" and text_at(item, "value") == taint.value):
            return True
    return False


def too_small(pod: Pod, machine: Machine) -> Iterator[Refusal]:
    """Resources of which a whole empty node has less than one pod asks for."""
    for name, asked in sorted(requests_of(pod).items()):
        if name == "cpu" and asked > machine.cpu_millicores:
            yield Refusal(f"has {machine.cpu_millicores}m CPU, {asked}m are asked for")
        elif name == "memory" and asked > machine.memory_mib * MIB_IN_THOUSANDTHS:
            mebibytes = -(-asked // MIB_IN_THOUSANDTHS)
            yield Refusal(f"has {machine.memory_mib} MiB of memory, {mebibytes} are asked for")
        elif (
            name == "ephemeral-storage" and machine.ephemeral_mib and asked > machine.ephemeral_mib * MIB_IN_THOUSANDTHS
        ):
            mebibytes = -(-asked // MIB_IN_THOUSANDTHS)
            yield Refusal(f"has {machine.ephemeral_mib} MiB of ephemeral storage, {mebibytes} are asked for")
        elif "/" in name:
            has = machine.accelerators if name == machine.resource else machine.devices.get(name, 0)
            if asked > has * 1000:
                sure = name in (machine.resource, *machine.devices) or name in COUNTED
                yield Refusal(f"has {has} {name}, {-(-asked // 1000)} are asked for", is_sure=sure)


MIB_IN_THOUSANDTHS = 2**20 * 1000
COUNTED = frozenset({"amd.com/gpu", "google.com/tpu", "habana.ai/gaudi", "nvidia.com/gpu", "aws.amazon.com/neuron"})
"""Accelerators that a spec would name; other devices may be there all the same."""
