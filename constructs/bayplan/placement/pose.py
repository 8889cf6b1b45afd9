"""Put the question of one cluster: the words of apps and cluster as demands and pools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.origin import place_of
from bayplan.placement.demand import Demand
from bayplan.placement.pool import Pool
from bayplan.placement.problem import Problem
from bayplan.placement.terms import NVIDIA
from bayplan.spec.machine import machine_of
from bayplan.spec.sidecar import SIDECAR_CPU_MILLICORES, SIDECAR_MEMORY_MIB, has_sidecar

if TYPE_CHECKING:
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.cluster import Pool as PoolSpec
    from bayplan.spec.platform import Platform
    from bayplan.spec.workloads.workload import Workload


def pose(platform: Platform, cluster: Cluster) -> Problem:
    """Put the question of one cluster: who has to sit, and where they could."""
    file, line = place_of(cluster.origin)
    demands = [_demand(app, workload, cluster) for app in platform.apps_on(cluster) for workload in app.workloads]
    return Problem(
        cluster=cluster.name,
        scheduler=cluster.scheduler,
        demands=tuple(sorted(demands, key=lambda demand: demand.workload)),
        pools=tuple(sorted((_pool(cluster, pool) for pool in cluster.pools), key=lambda pool: pool.name)),
        file=file or f"clusters/{cluster.name}/cluster.yaml",
        line=line,
    )


def _demand(app: App, workload: Workload, cluster: Cluster) -> Demand:
    file, line = place_of(workload.origin or app.origin)
    cpu, memory = (SIDECAR_CPU_MILLICORES, SIDECAR_MEMORY_MIB) if has_sidecar(cluster) else (0, 0)
    accelerator = workload.accelerator
    return Demand(
        workload=f"{app.name}/{workload.name}",
        cpu_millicores=workload.resources.cpu_millicores + cpu,
        memory_mib=workload.resources.memory_mib + memory,
        sidecar_cpu_millicores=cpu,
        sidecar_memory_mib=memory,
        accelerators=accelerator.count if accelerator else 0,
        accelerator_model=accelerator.model if accelerator else None,
        accelerator_memory_mib=accelerator.memory_mib if accelerator else 0,
        pods_min=workload.replicas_min,
        pods_max=workload.replicas_max,
        surge=_surge(workload),
        zones=workload.spread.zones,
        hosts=workload.spread.hosts,
        file=file,
        line=line,
    )


def _surge(workload: Workload) -> int:
    """Kubernetes rounds a share up; without replicas there is nothing to replace."""
    surge = workload.rollout.surge
    if isinstance(surge, str):
        surge = -(-workload.replicas_max * int(surge.removesuffix("%")) // 100)
    return surge if workload.replicas_max else 0


def _pool(cluster: Cluster, pool: PoolSpec) -> Pool:
    file, line = place_of(pool.origin or cluster.origin)
    machine = machine_of(cluster, pool)
    hard = [taint for taint in machine.taints if taint.effect != "PreferNoSchedule"]
    return Pool(
        name=pool.name,
        cpu_millicores=machine.cpu_millicores,
        memory_mib=machine.memory_mib,
        pods=machine.pods,
        accelerators=machine.accelerators,
        accelerator_model=machine.accelerator,
        accelerator_memory_mib=machine.accelerator_memory_mib,
        accelerator_resource=machine.resource or NVIDIA,
        architecture=machine.architecture,
        capacity=pool.capacity,
        taints=tuple(sorted(f"{taint.key}{'=' * bool(taint.value)}{taint.value}:{taint.effect}" for taint in hard)),
        zones=machine.zones,
        nodes_min=pool.nodes.min,
        nodes_max=pool.nodes.max,
        e4_usd_per_hour=machine.e4_usd_per_hour,
        file=file,
        line=line,
    )
