"""Put the question of one cluster: the words of apps and cluster as demands and pools."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.manifests.origin import place_of
from bayplan.placement.demand import WHOLE, Demand
from bayplan.placement.offer import offers
from bayplan.placement.parts import divide, part_name
from bayplan.placement.problem import Problem
from bayplan.placement.queued import in_queues, wait
from bayplan.placement.relations import quotas, relate, settle
from bayplan.placement.terms import EPHEMERAL
from bayplan.spec.amount import parse
from bayplan.spec.machine import full_zone, storage_class
from bayplan.spec.sidecar import SIDECAR_CPU_MILLICORES, SIDECAR_MEMORY_MIB, has_sidecar
from bayplan.spec.slices import slice_resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.platform import Platform
    from bayplan.spec.workloads.group import Group
    from bayplan.spec.workloads.workload import Workload

HOURS_PER_MONTH = 730
"""As clouds count them: a twelfth of a year."""


def pose(platform: Platform, cluster: Cluster) -> Problem:
    """Put the question of one cluster: who has to sit, and where they could."""
    file, line = place_of(cluster.origin)
    asking = [(app, workload) for app in platform.apps_on(cluster) for workload in app.workloads]
    resources = tuple(
        sorted({name for _, workload in asking for group in workload.groups for name in _counted(group, cluster)})
    )
    has_spot = any(pool.capacity == "spot" for pool in cluster.pools)
    divided = [
        divide(demand, workload, has_spot=has_spot)
        for app, workload in asking
        for demand in _demands(app, workload, cluster, resources)
    ]
    queued = in_queues(platform, cluster)
    return Problem(
        cluster=cluster.name,
        scheduler=cluster.scheduler,
        demands=settle(wait(part, queued) for parts, _ in divided for part in parts),
        pools=offers(cluster, resources, {pool for one in queued.values() for pool in one.pools}),
        resources=resources,
        region=cluster.region,
        e6_usd_per_gib_hour=_storage_prices(cluster),
        kept_gib=_kept(cluster, (workload for _, workload in asking)),
        quotas=quotas(cluster),
        choices=tuple(sorted((choice for _, choice in divided if choice), key=lambda choice: choice.workload)),
        file=file or f"clusters/{cluster.name}/cluster.yaml",
        line=line,
    )


def _counted(group: Group, cluster: Cluster) -> dict[str, int]:
    """What one pod asks for by name: its part of the node's own disk, slices of accelerators, other devices."""
    counted = dict(group.resources.others)
    if group.resources.ephemeral_mib:
        counted[EPHEMERAL] = group.resources.ephemeral_mib
    if group.accelerator and group.accelerator.slice:
        counted[slice_resource(cluster, group.accelerator)] = group.accelerator.count
    return counted


def _demands(app: App, workload: Workload, cluster: Cluster, resources: tuple[str, ...]) -> Iterator[Demand]:
    """One for each group of its pods, with its policies."""
    for group in workload.groups:
        demand = relate(_demand(app, workload, group, cluster, resources), app, workload, group, cluster)
        name = demand.workload
        party = name if group.party and group.gang else ""
        yield replace(demand, workload=part_name(name, group.name), of=name, party=party) if group.name else demand


def _demand(app: App, workload: Workload, group: Group, cluster: Cluster, resources: tuple[str, ...]) -> Demand:
    file, line = place_of(workload.origin or app.origin)
    proxied = workload.in_mesh and has_sidecar(cluster)
    cpu, memory = (SIDECAR_CPU_MILLICORES, SIDECAR_MEMORY_MIB) if proxied else (0, 0)
    accelerator, counted = group.accelerator, _counted(group, cluster)
    return Demand(
        workload=f"{app.name}/{workload.name}",
        cpu_millicores=group.resources.cpu_millicores + cpu,
        memory_mib=group.resources.memory_mib + memory,
        sidecar_cpu_millicores=cpu,
        sidecar_memory_mib=memory,
        accelerators=accelerator.count if accelerator and not accelerator.slice else 0,
        accelerator_model=accelerator.model if accelerator else None,
        accelerator_memory_mib=accelerator.memory_mib if accelerator else 0,
        accelerator_share_milli=accelerator.share_milli if accelerator else WHOLE,
        extra=tuple(counted.get(name, 0) for name in resources),
        pods_min=group.pods_min,
        pods_max=group.pods_max,
        surge=group.surge,
        zones=group.spread.zones,
        hosts=group.spread.hosts,
        most_per_node=group.spread.most_per_node or 0,
        regions=tuple(sorted(app.regions)),
        volume_zone=next((full_zone(cluster, one.zone) for one in workload.volumes.values() if one.zone), ""),
        # one that is shared is there once, whoever runs
        storage_gib=workload.storage.gib if workload.storage and not workload.storage.shared else 0,
        storage_class=storage_class(cluster, workload.storage) if workload.storage else "",
        architecture=workload.architecture,
        file=file,
        line=line,
    )


def _kept(cluster: Cluster, workloads: Iterable[Workload]) -> tuple[tuple[str, int], ...]:
    """GiB of the volumes that are made once for a workload, by class: those that are shared, and what jobs keep.

    Shared file systems are paid by what is on them: at the most by what was asked for.
    """
    found: dict[str, int] = {}
    for workload in workloads:
        for word, volume in workload.volumes.items():
            if volume.gib and (volume.shared or word != "storage"):
                name = storage_class(cluster, volume)
                found[name] = found.get(name, 0) + volume.gib
    return tuple(sorted(found.items()))


def _storage_prices(cluster: Cluster) -> tuple[tuple[str, int], ...]:
    """Of a GiB for an hour, in 1e-6 USD, rounded up: no plan is cheaper than its bill."""
    return tuple(
        (name, int(-(-parse(usd) * 10**6 // HOURS_PER_MONTH))) for name, usd in sorted(cluster.storage.items())
    )
