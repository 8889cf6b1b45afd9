"""What whoever makes the nodes of a cluster has to make, as data: for Terraform, or any other tool.

The shape is kept: names of fields never change their meaning, new ones may come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.placement.provision import provisions
from bayplan.spec.machine import instance_of
from bayplan.spec.provisioning import disk_gib, provisioner_of, reserved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.placement.plan import Plan
    from bayplan.placement.provision import Provision
    from bayplan.spec.cluster import Cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Nodes of one kind."""

    min: int
    """That are always there."""
    max: int
    """At the most."""
    planned_min: int
    """That the plan needs at the minimum load."""
    planned_max: int
    """That the plan needs at the maximum load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerators:
    """What accelerators each node has, and how pods see them."""

    model: str
    count: int
    """Whole ones, as they are bought."""
    memory_mib: int
    """Of each; 0 where nobody knows."""
    layout: str
    """How MIG cuts each; "" for not at all."""
    shares: int
    """Pods that use one at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKind:
    """One kind of nodes."""

    pool: str
    """The pool that it is a kind of: of its bays, or of its layouts."""
    provisioner: str
    """Who makes them; "" where nobody has said."""
    instance: str | None
    """Type of machine by the name that the cloud has for it; None where the pool spells it out."""
    architecture: str
    region: str
    zones: tuple[str, ...]
    capacity: str
    nodes: Count
    labels: Mapping[str, str]
    """That every node must carry: pods find them by `bayplan.dev/pool`."""
    taints: tuple[Mapping[str, str], ...]
    """That every node must carry: key, value and effect."""
    max_pods: int
    """Pods at the most, those of daemonsets among them."""
    system_reserved: Mapping[str, str]
    """What the kubelet must be told to keep for the system."""
    disk_gib: int
    """Size of the node's own disk that leaves pods their room; 0 where nobody has asked for some."""
    accelerators: Accelerators | None
    devices: Mapping[str, int]
    """Other devices that a node must count, by the name under which Kubernetes counts them; slices too."""
    network: bool
    """Whether they must share a fast network."""
    e4_usd_per_hour: int
    """What one costs, in 1e-4 USD per hour."""


def account(cluster: Cluster, plan: Plan) -> dict[str, NodeKind]:
    """Every kind of nodes of a cluster by its name, in the order of the cluster's file."""
    return {one.name: _kind(cluster, one) for one in provisions(cluster, plan)}


def _kind(cluster: Cluster, provision: Provision) -> NodeKind:
    pool, machine = provision.pool, provision.machine
    instance = instance_of(cluster, pool)
    return NodeKind(
        pool=pool.name,
        provisioner=provisioner_of(cluster, pool),
        instance=pool.instance if isinstance(pool.instance, str) else None,
        architecture=machine.architecture,
        region=cluster.region,
        zones=machine.zones,
        capacity=pool.capacity,
        nodes=Count(
            min=provision.always,
            max=provision.most,
            planned_min=provision.planned_min,
            planned_max=provision.planned_max,
        ),
        labels=machine.labels,
        taints=tuple(taint.model_dump() for taint in machine.taints),
        max_pods=instance.pods if instance else machine.pods,
        system_reserved=reserved(pool),
        disk_gib=disk_gib(pool),
        accelerators=_accelerators(cluster, provision),
        devices=machine.devices,
        network=pool.network,
        e4_usd_per_hour=machine.e4_usd_per_hour,
    )


def _accelerators(cluster: Cluster, provision: Provision) -> Accelerators | None:
    instance = instance_of(cluster, provision.pool)
    if instance is None or not instance.accelerators:
        return None
    return Accelerators(
        model=instance.accelerator or "",
        count=instance.accelerators,
        memory_mib=provision.machine.accelerator_memory_mib,
        layout=provision.machine.layout,
        shares=provision.machine.shares,
    )
