"""What has to be decided for one cluster: demands and pools as plain integers.

Units are in the names: thousandths of a core, MiB, 1e-4 USD per hour. Nothing in here knows the words of an app;
`pose` is the only place where they are translated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from bayplan.manifests.origin import place_of
from bayplan.spec.machine import machine_of
from bayplan.spec.sidecar import SIDECAR_CPU_MILLICORES, SIDECAR_MEMORY_MIB, has_sidecar

if TYPE_CHECKING:
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.cluster import Pool as PoolSpec
    from bayplan.spec.platform import Platform
    from bayplan.spec.workloads.workload import Workload

Level: TypeAlias = Literal["min", "max"]
"""An end of the load: every autoscaler at its minimum, or every one at its maximum."""
LEVELS: tuple[Level, Level] = ("min", "max")

NVIDIA = "nvidia.com/gpu"
"""What programs that ask for "an accelerator" are built for, and what Kubernetes calls it."""

Firmness: TypeAlias = Literal["must", "should", "off"]
Amounts: TypeAlias = tuple[int, int, int, int]
"""CPU, memory, pods and accelerators, in this order: what a pod takes or a node has."""
Scheduler: TypeAlias = Literal["LeastAllocated", "MostAllocated", "Karpenter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What one workload asks for: the needs of one pod with its proxy, and how many pods there are."""

    workload: str
    """`app/workload`."""
    cpu_millicores: int
    memory_mib: int
    sidecar_cpu_millicores: int = 0
    """Of these, the mesh's proxy: told apart so that messages can repeat what was written."""
    sidecar_memory_mib: int = 0
    accelerators: int = 0
    accelerator_model: str | None = None
    """None takes any model of NVIDIA."""
    accelerator_memory_mib: int = 0
    """Of each accelerator, at least."""
    pods_min: int
    pods_max: int
    surge: int = 0
    """Pods above `pods_max` while a new version comes."""
    zones: Firmness = "off"
    hosts: Firmness = "off"
    file: str = ""
    line: int = 0

    @property
    def needs(self) -> Amounts:
        """What one pod takes of its node."""
        return (self.cpu_millicores, self.memory_mib, 1, self.accelerators)

    def pods(self, level: Level) -> int:
        """Pods that run at an end of the load."""
        return self.pods_min if level == "min" else self.pods_max

    def spare(self, level: Level) -> int:
        """Pods that must find room besides: a rollout's surge, at the maximum.

        There no node can be added any more, so a rollout without room would wait for ever; and as one commit can
        roll every workload at once, every workload has its own room. At the minimum the pool may still grow.
        """
        return self.surge if level == "max" else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Nodes of one kind: what each gives to pods, and how many there may be."""

    name: str
    cpu_millicores: int
    memory_mib: int
    pods: int
    accelerators: int = 0
    accelerator_model: str | None = None
    accelerator_memory_mib: int = 0
    accelerator_resource: str = NVIDIA
    """Name under which Kubernetes counts its accelerators; of no meaning where it has none."""
    architecture: str = "amd64"
    capacity: str = "on-demand"
    taints: tuple[str, ...] = ()
    """Those that keep pods off (`NoSchedule`, `NoExecute`), as `key=value:effect`, sorted."""
    zones: tuple[str, ...]
    nodes_min: int
    nodes_max: int
    e4_usd_per_hour: int
    file: str = ""
    line: int = 0

    @property
    def room(self) -> Amounts:
        """What one node has for pods."""
        return (self.cpu_millicores, self.memory_mib, self.pods, self.accelerators)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything that decides the placement of one cluster; equal problems have equal plans."""

    cluster: str
    scheduler: Scheduler
    demands: tuple[Demand, ...]
    """Sorted by workload."""
    pools: tuple[Pool, ...]
    """Sorted by name."""
    file: str = ""
    """Where the cluster was described."""
    line: int = 0

    def demand(self, workload: str) -> Demand | None:
        """The demand of `app/workload`, if it is asked for."""
        return next((demand for demand in self.demands if demand.workload == workload), None)

    def pool(self, name: str) -> Pool | None:
        """The pool of a name, if the cluster has it."""
        return next((pool for pool in self.pools if pool.name == name), None)


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
