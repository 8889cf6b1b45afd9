"""Who makes the nodes of a pool, and what he must be told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.amount import mebibytes, millicores, parse, whole_mebibytes
from bayplan.spec.karpenter import KARPENTER
from bayplan.spec.machine import instance_of
from bayplan.spec.variants import variants_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.spec.cluster import Cluster, Pool
    from bayplan.spec.machine import Machine

EFA = "vpc.amazonaws.com/efa"
SEEN = frozenset(
    {EFA, "nvidia.com/gpu", "amd.com/gpu", "aws.amazon.com/neuron", "aws.amazon.com/neuroncore", "habana.ai/gaudi"}
)
"""Devices that Karpenter knows of every type of machine; `Capacity` in karpenter-provider-aws 1.15.1."""
KUBELET_DISK_MIB = 1024
"""What the kubelet keeps of the disk for itself, by karpenter-provider-aws 1.15.1."""
DISK_MAX_GIB = 16384


def provisioner_of(cluster: Cluster, pool: Pool) -> str:
    """Name of what makes the nodes of a pool; "" where nobody has said."""
    return pool.provisioner or (KARPENTER if cluster.karpenter else "")


def is_karpenters(cluster: Cluster, pool: Pool) -> bool:
    """Whether NodePools are written for a pool."""
    return cluster.karpenter is not None and provisioner_of(cluster, pool) == KARPENTER


def keeps_nodes(pool: Pool) -> bool:
    """Whether some of a pool's nodes may be there for nobody: Karpenter keeps those in a NodePool of their own."""
    return bool(pool.nodes.min or pool.upkeep.standing)


def always_name(cluster: Cluster, name: str, zone: str) -> str:
    """Name of the NodePool of a kind's nodes in one zone that are always there: `general-always-a`."""
    return f"{name}-always-{zone.removeprefix(cluster.region).lstrip('-')}"


def unseen_devices(machine: Machine, whole: str) -> dict[str, int]:
    """What a node counts and Karpenter does not know by its type: slices, shares, other devices, sorted.

    `whole` is what the type itself is known to have: where it has become slices or goes by another name, it is none.
    """
    counted = {**machine.devices, **({machine.resource: machine.accelerators} if machine.resource else {})}
    strange = {name: count for name, count in counted.items() if name not in SEEN}
    if machine.shares > 1 and machine.resource in SEEN:
        strange[machine.resource] = machine.accelerators
    if whole in SEEN and whole not in counted:
        strange[whole] = 0
    return dict(sorted(strange.items()))


def is_told_devices(cluster: Cluster, pool: Pool) -> bool:
    """Whether Karpenter has to be told of devices, which takes its gate NodeOverlay."""
    whole = whole_resource(cluster, pool)
    return any(unseen_devices(machine, whole) for machine in variants_of(cluster, pool).values())


def whole_resource(cluster: Cluster, pool: Pool) -> str:
    """Name under which Kubernetes counts the accelerators of a pool as they are bought; "" where it has none."""
    instance = instance_of(cluster, pool)
    return instance.resource if instance and instance.accelerators else ""


def disk_gib(pool: Pool) -> int:
    """Size of the disk that leaves pods their room; 0 where nobody has said how much.

    A tenth is kept free by the kubelet, which evicts pods there, and a hundredth is the file system's own.
    """
    if not pool.ephemeral:
        return 0
    wanted = whole_mebibytes(pool.ephemeral) + 1 + KUBELET_DISK_MIB
    return -(-wanted * 100 // (89 * 1024))


def reserved(pool: Pool) -> Mapping[str, str]:
    """What the kubelet keeps for the system, by Kubernetes' names; only what is more than nothing."""
    keep = pool.overhead.reserved
    said = {"cpu": keep.cpu, "memory": keep.memory, "ephemeral-storage": keep.ephemeral}
    return {name: amount for name, amount in said.items() if parse(amount)}


def too_much_reserved(pool: Pool) -> list[str]:
    """Of what the kubelet is to keep more than the overhead counts."""
    keep, whole = pool.overhead.reserved, pool.overhead
    pairs = {
        "cpu": millicores(keep.cpu) - millicores(whole.cpu),
        "memory": mebibytes(keep.memory) - mebibytes(whole.memory),
        "ephemeral": mebibytes(keep.ephemeral) - mebibytes(whole.ephemeral),
    }
    return [name for name, over in pairs.items() if over > 0]
