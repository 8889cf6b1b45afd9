"""What one node of a pool offers to pods, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayplan.spec.amount import mebibytes, millicores, parse, whole_mebibytes
from bayplan.spec.cluster import POOL_LABEL, Instance, Taint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.spec.cluster import Cluster, Pool
    from bayplan.spec.traits.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One node of a pool as pods see it: the node's own needs and the pool's overhead are already taken off."""

    instance: str
    """Name of its type; `custom` where the pool spells it out."""
    architecture: str
    cpu_millicores: int
    memory_mib: int
    pods: int
    accelerator: str | None
    """Model; None where there is none."""
    accelerators: int
    accelerator_memory_mib: int
    """Memory of each; 0 where it is not known."""
    resource: str
    """Name under which Kubernetes counts the accelerators; "" where there are none."""
    e4_usd_per_hour: int
    """Price in 1e-4 USD per hour; also of nodes that are paid for anyway."""
    zones: tuple[str, ...]
    """Full names, sorted: `eu-central-1a`."""
    labels: dict[str, str]
    """Labels of the node, sorted, with `bayplan.dev/pool`."""
    taints: tuple[Taint, ...]
    """Taints of the node, with the one that keeps pods without accelerators off."""
    ephemeral_mib: int = 0
    """Room on its own disk; 0 where nobody said."""
    devices: Mapping[str, int] = field(default_factory=dict)
    """Everything else that Kubernetes counts by name, sorted: slices of accelerators, other devices."""
    shares: int = 1
    """Pods that use one accelerator in turns; `accelerators` counts them all."""
    layout: str = ""
    """How its accelerators are cut."""
    runtime: str = ""
    """RuntimeClass of the pods that get its accelerators; "" for that of all pods."""
    pool: str = ""
    """The pool of the cluster that it belongs to, which may have several kinds of nodes."""


def machine_of(cluster: Cluster, pool: Pool) -> Machine:
    """One node of a pool. Raises ValueError for pools of another cluster: those of its own were checked when read."""
    instance = instance_of(cluster, pool)
    if instance is None:
        raise ValueError(f"pool {pool.name} does not belong to cluster {cluster.name}")
    left = room(instance, pool)
    return Machine(
        instance=pool.instance if isinstance(pool.instance, str) else "custom",
        architecture=instance.architecture,
        cpu_millicores=left["cpu"],
        memory_mib=left["memory"],
        pods=left["pods"],
        accelerator=instance.accelerator,
        accelerators=instance.accelerators,
        accelerator_memory_mib=whole_mebibytes(instance.accelerator_memory) if instance.accelerator_memory else 0,
        resource=instance.resource if instance.accelerators else "",
        e4_usd_per_hour=int(parse(pool.usd_per_hour or instance.usd_per_hour or "0") * 10_000),
        zones=tuple(sorted(zone_names(cluster, pool))),
        labels=dict(sorted({**given_labels(cluster, pool), **pool.labels, POOL_LABEL: pool.name}.items())),
        taints=_taints(pool, instance),
        ephemeral_mib=max(left["ephemeral"], 0),
        devices=_devices(pool, instance),
        runtime=pool.runtime or "",
        pool=pool.name,
    )


def room(instance: Instance, pool: Pool) -> dict[str, int]:
    """What is left after the pool's overhead: `cpu` in millicores, `memory` and `ephemeral` in MiB, `pods`.

    It may be negative. Room on the disk that nobody has told stays none, whatever daemonsets take of it.
    """
    disk = pool.ephemeral or instance.ephemeral
    return {
        "cpu": int(parse(instance.cpu) * 1000) - millicores(pool.overhead.cpu),
        "memory": whole_mebibytes(instance.memory) - mebibytes(pool.overhead.memory),
        "pods": instance.pods - pool.overhead.pods,
        "ephemeral": whole_mebibytes(disk) - mebibytes(pool.overhead.ephemeral) if disk else 0,
    }


def _devices(pool: Pool, instance: Instance) -> dict[str, int]:
    there = {**instance.others, **pool.others}
    left = {name: count - pool.overhead.others.get(name, 0) for name, count in there.items()}
    return {name: count for name, count in sorted(left.items()) if count > 0}


def instance_of(cluster: Cluster, pool: Pool) -> Instance | None:
    """The type of a pool: spelled out, the cluster's own, or the catalogue's; None where nobody knows it."""
    from bayplan.spec.catalogue import ec2, gke  # noqa: PLC0415 - most of the time is spent without it

    if isinstance(pool.instance, Instance):
        return pool.instance
    return cluster.instances.get(pool.instance) or ec2.find(pool.instance) or gke.find(pool.instance)


def given_labels(cluster: Cluster, pool: Pool) -> dict[str, str]:
    """Labels that the cloud gives a type of the catalogue, and pods have to say."""
    from bayplan.spec.catalogue import gke  # noqa: PLC0415 - most of the time is spent without it

    name = pool.instance if isinstance(pool.instance, str) and pool.instance not in cluster.instances else ""
    return gke.labels_of(name)


def borrows_prices(cluster: Cluster) -> bool:
    """Whether a price of the cluster is the catalogue's, which is that of another region."""
    from bayplan.spec.catalogue import ec2  # noqa: PLC0415 - most of the time is spent without it

    if cluster.region == ec2.PRICED_IN:
        return False
    unpriced = [pool.instance for pool in cluster.pools if pool.usd_per_hour is None]
    return any(isinstance(instance, str) and instance not in cluster.instances for instance in unpriced)


def reserved_e4_usd_per_hour(cluster: Cluster) -> int:
    """What all nodes cost that are paid for whether they are used or not."""
    reserved = [pool for pool in cluster.pools if pool.capacity == "reserved"]
    return sum(machine_of(cluster, pool).e4_usd_per_hour * pool.nodes.max for pool in reserved)


def zone_names(cluster: Cluster, pool: Pool) -> tuple[str, ...]:
    """Full names of a pool's zones, in the order in which they were written."""
    return tuple(full_zone(cluster, zone) for zone in pool.zones)


def full_zone(cluster: Cluster, zone: str) -> str:
    """`eu-central-1a` for `a`."""
    return f"{cluster.region}{zone}" if len(zone) == 1 else zone


def storage_class(cluster: Cluster, storage: Storage) -> str:
    """Class of a new volume: the one that was said, or the only one that the cluster has a price for; "" for none."""
    only = next(iter(cluster.storage)) if len(cluster.storage) == 1 else ""
    return (storage.type or only) if storage.size else ""


def _taints(pool: Pool, instance: Instance) -> tuple[Taint, ...]:
    if "taints" in pool.model_fields_set or not instance.accelerators:
        return pool.taints
    return (Taint(key=instance.resource),)
