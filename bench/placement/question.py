"""A seeded platform as a question for the planner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import Demand, Pool, Problem

if TYPE_CHECKING:
    from bench.placement.instances import Instance

    from bayplan.placement.problem import Scheduler

BAYS = 64
"""Of every type, at least."""
WORKLOADS_A_BAY = 25
"""Large platforms have more: else the cheapest types run out."""


def problem(
    instance: Instance, scheduler: Scheduler = "LeastAllocated", *, nodes_max: int = 100_000, bays: int | None = None
) -> Problem:
    """The same as a question for the planner; CPU pods may ride on GPU nodes ("mixed").

    Each type is offered as so many bays: pools of a size that the plan fixes, told apart by a label.
    """
    offered = bays or max(BAYS, len(instance.workloads) // WORKLOADS_A_BAY)
    demands = (
        Demand(
            workload=f"{workload.name}/w",
            cpu_millicores=workload.cpu_milli,
            memory_mib=workload.memory_mib,
            accelerators=workload.gpu,
            accelerator_model=workload.gpu_name or None,
            pods_min=workload.replicas,
            pods_max=workload.replicas,
            zones="off",
            hosts="off",
        )
        for workload in instance.workloads
    )
    pools = (
        Pool(
            name=f"{one.name}-{bay:03}",
            cpu_millicores=one.cpu_milli,
            memory_mib=one.memory_mib,
            pods=one.pods,
            accelerators=one.gpu,
            accelerator_model=one.gpu_name or None,
            zones=("a",),
            nodes_min=0,
            nodes_max=nodes_max,
            e4_usd_per_hour=one.e4_usd_per_hour,
        )
        for one in instance.types
        for bay in range(offered)
    )
    return Problem(
        cluster="bench",
        scheduler=scheduler,
        demands=tuple(sorted(demands, key=lambda demand: demand.workload)),
        pools=tuple(sorted(pools, key=lambda pool: pool.name)),
    )


def type_of(pool: str) -> str:
    """The type that a pool of `problem` is a bay of."""
    return pool.rpartition("-")[0]
