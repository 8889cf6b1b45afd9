"""What a cluster offers: its pools as the placement sees them, one for each kind of node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.origin import place_of
from bayplan.placement.pool import Pool
from bayplan.placement.terms import EPHEMERAL, NVIDIA
from bayplan.spec.mig import PREFIX, UNCUT
from bayplan.spec.variants import AUTO, variants_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bayplan.spec.cluster import Cluster
    from bayplan.spec.cluster import Pool as PoolSpec
    from bayplan.spec.machine import Machine


def offers(cluster: Cluster, resources: tuple[str, ...], queued: Collection[str] = ()) -> tuple[Pool, ...]:
    """The pools of a cluster, sorted by name; `resources` are those that somebody asks for.

    `queued` are kinds of nodes in which queues have something: their jobs run there and nowhere else.
    """
    pools = [
        _pool(cluster, pool, name, machine, resources)
        for pool in cluster.pools
        for name, machine in _worth_asking(pool, variants_of(cluster, pool), resources, queued).items()
    ]
    return tuple(sorted(pools, key=lambda pool: pool.name))


def _worth_asking(
    pool: PoolSpec, variants: Mapping[str, Machine], resources: tuple[str, ...], queued: Collection[str]
) -> Mapping[str, Machine]:
    """Of layouts that the plan chooses, whole accelerators, and those that no other has as much of all and more.

    Only slices count that somebody asks for: of dozens of layouts a handful is left, and no plan is lost.
    """
    if pool.mig != AUTO:
        return variants
    asked = [name for name in resources if name.startswith(PREFIX)]
    slices = {name: tuple(one.devices.get(asks, 0) for asks in asked) for name, one in variants.items()}
    by_layout = {variants[name].layout: counts for name, counts in slices.items()}
    kept = {UNCUT}
    for layout, counts in sorted(by_layout.items()):
        others = [other for other in by_layout if other != layout and (by_layout[other] != counts or other < layout)]
        beaten = any(all(b >= a for a, b in zip(counts, by_layout[other], strict=True)) for other in others)
        if any(counts) and not beaten:
            kept.add(layout)
    return {name: one for name, one in variants.items() if one.layout in kept or name in queued}


def _pool(cluster: Cluster, pool: PoolSpec, name: str, machine: Machine, resources: tuple[str, ...]) -> Pool:
    file, line = place_of(pool.origin or cluster.origin)
    hard = [taint for taint in machine.taints if taint.effect != "PreferNoSchedule"]
    there = {**machine.devices, EPHEMERAL: machine.ephemeral_mib}
    return Pool(
        name=name,
        cpu_millicores=machine.cpu_millicores,
        memory_mib=machine.memory_mib,
        pods=machine.pods,
        accelerators=machine.accelerators,
        accelerator_model=machine.accelerator,
        accelerator_memory_mib=machine.accelerator_memory_mib,
        accelerator_resource=machine.resource or NVIDIA,
        shares=machine.shares,
        layout=machine.layout,
        extra=tuple(there.get(resource, 0) for resource in resources),
        resources=resources,
        region=cluster.region,
        architecture=machine.architecture,
        capacity=pool.capacity,
        taints=tuple(sorted(f"{taint.key}{'=' * bool(taint.value)}{taint.value}:{taint.effect}" for taint in hard)),
        zones=machine.zones,
        network=pool.network,
        family=pool.name if name != pool.name else "",
        nodes_min=pool.nodes.min,
        nodes_max=pool.nodes.max,
        # what is paid for anyway costs nothing more where it is used
        e4_usd_per_hour=0 if pool.capacity == "reserved" else machine.e4_usd_per_hour,
        file=file,
        line=line,
    )
