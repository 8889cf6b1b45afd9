"""What a lab runs: pools with their nodes and pods, Flux's Kustomizations, its own processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bayplan.lab.furnish import condition
from bayplan.lab.reconcile import kustomizations, why
from bayplan.lab.warden import read_processes
from bayplan.placement.lock import read as read_lock
from bayplan.spec.amount import mebibytes, millicores
from bayplan.spec.cluster import POOL_LABEL

if TYPE_CHECKING:
    from bayplan.lab.api import Api, Body
    from bayplan.lab.layout import Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolStatus:
    """One pool: what the plan says and what runs."""

    pool: str
    planned_min: int
    planned_max: int
    nodes: int
    """Nodes that are there."""
    nodes_used: int
    """Of these, how many hold a pod."""
    pods: int
    cpu_millicores: int
    """Requested by its pods."""
    cpu_millicores_allocatable: int
    memory_mib: int
    memory_mib_allocatable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PodStatus:
    """One pod and its seat."""

    namespace: str
    pod: str
    pool: str
    """"" where it has no node."""
    node: str
    zone: str
    state: str
    """Phase, or why it waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """One Kustomization of Flux."""

    name: str
    ready: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStatus:
    """One process of the lab."""

    name: str
    pid: int
    memory_mib: int
    """Resident."""
    log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All of it."""

    name: str
    cluster: str
    server: str
    kubeconfig: str
    pools: tuple[PoolStatus, ...]
    pods: tuple[PodStatus, ...]
    syncs: tuple[SyncStatus, ...]
    processes: tuple[ProcessStatus, ...]

    @property
    def is_well(self) -> bool:
        """Whether everything is applied and every pod runs."""
        applied = all(sync.ready == "True" for sync in self.syncs)
        return applied and bool(self.syncs) and all(pod.state == "Running" for pod in self.pods)


def look(layout: Layout, api: Api) -> Status:
    """Ask the API server and the kernel how a lab is."""
    nodes = {node["metadata"]["name"]: node for node in api.list("v1", "Node")}
    pods = [pod for pod in api.list("v1", "Pod") if pod["status"].get("phase") not in {"Succeeded", "Failed"}]
    plan = read_lock(Path(layout.root) / "clusters" / layout.cluster / "plan.lock")
    planned = {bay.pool: (bay.nodes_min, bay.nodes_max) for bay in plan.bays} if plan else {}
    pools = sorted(planned.keys() | {_pool(node) for node in nodes.values()})
    return Status(
        name=layout.name,
        cluster=layout.cluster,
        server=layout.server,
        kubeconfig=str(layout.kubeconfig),
        pools=tuple(_pool_status(pool, planned.get(pool, (0, 0)), nodes, pods) for pool in pools),
        pods=tuple(_pod_status(pod, nodes) for pod in pods),
        syncs=tuple(
            SyncStatus(name=one["metadata"]["name"], ready=condition(one, "Ready") or "Unknown", message=why(one))
            for one in kustomizations(api)
        ),
        processes=tuple(_processes(layout)),
    )


def requests(pod: Body) -> tuple[int, int]:
    """Thousandths of a core and MiB that the scheduler counts for a pod: containers and sidecars."""
    sidecars = [one for one in pod["spec"].get("initContainers", ()) if one.get("restartPolicy") == "Always"]
    asked = [one.get("resources", {}).get("requests", {}) for one in [*pod["spec"]["containers"], *sidecars]]
    cpu = sum(millicores(one["cpu"]) for one in asked if "cpu" in one)
    return cpu, sum(mebibytes(one["memory"]) for one in asked if "memory" in one)


def _pool_status(pool: str, planned: tuple[int, int], nodes: dict[str, Body], pods: list[Body]) -> PoolStatus:
    own = {name: node for name, node in nodes.items() if _pool(node) == pool}
    guests = [pod for pod in pods if pod["spec"].get("nodeName") in own]
    room = [node["status"]["allocatable"] for node in own.values()]
    asked = [requests(pod) for pod in guests]
    return PoolStatus(
        pool=pool,
        planned_min=planned[0],
        planned_max=planned[1],
        nodes=len(own),
        nodes_used=len({pod["spec"]["nodeName"] for pod in guests}),
        pods=len(guests),
        cpu_millicores=sum(cpu for cpu, _ in asked),
        cpu_millicores_allocatable=sum(millicores(one["cpu"]) for one in room),
        memory_mib=sum(memory for _, memory in asked),
        memory_mib_allocatable=sum(mebibytes(one["memory"]) for one in room),
    )


def _pod_status(pod: Body, nodes: dict[str, Body]) -> PodStatus:
    node = pod["spec"].get("nodeName", "")
    labels = nodes[node]["metadata"]["labels"] if node in nodes else {}
    return PodStatus(
        namespace=pod["metadata"]["namespace"],
        pod=pod["metadata"]["name"],
        pool=labels.get(POOL_LABEL, ""),
        node=node,
        zone=labels.get("topology.kubernetes.io/zone", ""),
        state=state(pod),
    )


def state(pod: Body) -> str:
    """Running where all its containers are ready; else what it waits for."""
    if condition(pod, "Ready") == "True":
        return "Running"
    waiting = [
        one["state"]["waiting"]["reason"]
        for one in pod["status"].get("containerStatuses", ())
        if "waiting" in one["state"]
    ]
    unscheduled = condition(pod, "PodScheduled") == "False"
    return "Unschedulable" if unscheduled else waiting[0] if waiting else str(pod["status"].get("phase", "Pending"))


def _pool(node: Body) -> str:
    return str(node["metadata"]["labels"].get(POOL_LABEL, ""))


def _processes(layout: Layout) -> list[ProcessStatus]:
    found = [(one, process) for one in read_processes(layout.path) if (process := one.find())]
    return [
        ProcessStatus(
            name=one.name, pid=one.pid, memory_mib=process.memory_info().rss // 2**20, log=str(layout.log(one.name))
        )
        for one, process in found
    ]
