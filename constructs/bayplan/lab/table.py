"""A lab as tables for people: pools, pods, what Flux has applied, its processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.report.text.canvas import draw, table

if TYPE_CHECKING:
    from bayplan.lab.status import PoolStatus, Status


def render(status: Status, *, color: bool, pods: bool = True) -> str:
    """Tables with a heading each, and how to use and to end the lab."""
    pools = table("pool", "planned", "nodes", "used", "pods", "cpu", "memory", right=frozenset(range(1, 7)))
    for pool in status.pools:
        pools.add_row(*_pool(pool))
    seats = table("pod", "pool", "node", "zone", "state")
    for pod in status.pods if pods else ():
        seats.add_row(f"{pod.namespace}/{pod.pod}", pod.pool or "-", pod.node or "-", pod.zone or "-", pod.state)
    syncs = table("applied by Flux", "ready", "message")
    for sync in status.syncs:
        syncs.add_row(sync.name, sync.ready, sync.message)
    memory_mib = sum(process.memory_mib for process in status.processes)
    parts = table("process", "pid", "MiB", "log", right=frozenset({1, 2}))
    for process in status.processes:
        parts.add_row(process.name, str(process.pid), str(process.memory_mib), process.log)
    last = (
        f"lab {status.name} runs cluster {status.cluster} at {status.server}: "
        f"{len(status.processes)} processes, {memory_mib} MiB\n"
        f"  export KUBECONFIG=$(bayplan lab kubeconfig {status.name})\n"
        f"  bayplan lab down {status.name}"
    )
    return draw(pools, "", *((seats, "") if pods else ()), syncs, "", parts, "", last, color=color)


def _pool(pool: PoolStatus) -> tuple[str, ...]:
    planned = (
        f"{pool.planned_min}" if pool.planned_min == pool.planned_max else f"{pool.planned_min}..{pool.planned_max}"
    )
    cpu = f"{pool.cpu_millicores / 1000:.1f} of {pool.cpu_millicores_allocatable / 1000:.1f}"
    memory = f"{pool.memory_mib / 1024:.1f} of {pool.memory_mib_allocatable / 1024:.1f} GiB"
    return (pool.pool, planned, str(pool.nodes), str(pool.nodes_used), str(pool.pods), cpu, memory)
