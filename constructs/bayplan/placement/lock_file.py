"""The shape of `plan.lock`: checked when it is read, and the order in which it is written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bayplan.placement.plan import Bay, Plan, Seat
from bayplan.placement.problem import NVIDIA, Demand, Firmness, Pool, Problem, Scheduler

VERSION = 1
"""Of the format. A lock of another version is decided anew, never guessed at."""

Count = Annotated[int, Field(ge=0)]


class Entry(BaseModel):
    """A piece of the file: nothing unknown, nothing that changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Span(Entry):
    """A figure at both ends of the load."""

    min: Count
    max: Count


class Cost(Span):
    """Of all nodes, in 1e-4 USD per hour."""

    bound_min: Count


class Replicas(Span):
    """Pods of a workload."""

    surge: Count = 0


class Offers(Entry):
    """What one node of a pool gave, when the plan was decided."""

    cpu_millicores: Count
    memory_mib: Count
    pods: Count
    accelerators: Count = 0
    accelerator_model: str | None = None
    accelerator_memory_mib: Count = 0
    accelerator_resource: str = NVIDIA
    architecture: str = "amd64"
    capacity: str = "on-demand"
    e4_usd_per_hour: Count


class PoolEntry(Entry):
    """A pool: its nodes, and what they were."""

    nodes: Span
    limits: Span
    offers: Offers
    zones: Annotated[tuple[str, ...], Field(strict=False)]
    taints: Annotated[tuple[str, ...], Field(strict=False)] = ()


class Asks(Entry):
    """What one pod of a workload asked for, when the plan was decided."""

    cpu_millicores: Count
    memory_mib: Count
    sidecar_cpu_millicores: Count = 0
    sidecar_memory_mib: Count = 0
    accelerators: Count = 0
    accelerator_model: str | None = None
    accelerator_memory_mib: Count = 0


class SpreadEntry(Entry):
    """How replicas kept apart."""

    zones: Firmness = "off"
    hosts: Firmness = "off"


class WorkloadEntry(Entry):
    """A workload: its pods in each pool, and what it asked for."""

    seats: dict[str, Span]
    replicas: Replicas
    asks: Asks
    spread: SpreadEntry = SpreadEntry()


class LockFile(Entry):
    """The whole file, without its header."""

    cluster: str
    scheduler: Scheduler
    cost: Cost
    pools: dict[str, PoolEntry]
    workloads: dict[str, WorkloadEntry]


class SignedLockFile(LockFile):
    """As it is read: with the version of its format and a checksum of the rest."""

    version: Literal[1]
    checksum: str


def record(problem: Problem, plan: Plan) -> LockFile:
    """A problem and its plan as entries, in the order of their names."""
    bays = {bay.pool: bay for bay in plan.bays}
    return LockFile(
        cluster=plan.cluster,
        scheduler=problem.scheduler,
        cost=Cost(
            min=plan.cost_min_e4_usd_per_hour,
            max=plan.cost_max_e4_usd_per_hour,
            bound_min=plan.bound_min_e4_usd_per_hour,
        ),
        pools={pool.name: _pool_entry(pool, bays[pool.name]) for pool in problem.pools},
        workloads={demand.workload: _workload_entry(demand, plan) for demand in problem.demands},
    )


def recall(file: LockFile) -> tuple[Problem, Plan]:
    """The problem and the plan that a file records; problems are recorded without files and lines."""
    plan = Plan(
        cluster=file.cluster,
        seats=tuple(
            Seat(workload=workload, pool=pool, pods_min=pods.min, pods_max=pods.max)
            for workload, entry in file.workloads.items()
            for pool, pods in entry.seats.items()
        ),
        bays=tuple(
            Bay(pool=p, nodes_min=entry.nodes.min, nodes_max=entry.nodes.max) for p, entry in file.pools.items()
        ),
        cost_min_e4_usd_per_hour=file.cost.min,
        cost_max_e4_usd_per_hour=file.cost.max,
        bound_min_e4_usd_per_hour=file.cost.bound_min,
    )
    demands = tuple(_demand(workload, entry) for workload, entry in file.workloads.items())
    pools = tuple(_pool(name, entry) for name, entry in file.pools.items())
    return Problem(cluster=file.cluster, scheduler=file.scheduler, demands=demands, pools=pools), plan


def _pool_entry(pool: Pool, bay: Bay) -> PoolEntry:
    return PoolEntry(
        nodes=Span(min=bay.nodes_min, max=bay.nodes_max),
        limits=Span(min=pool.nodes_min, max=pool.nodes_max),
        offers=Offers(**{name: getattr(pool, name) for name in Offers.model_fields}),
        zones=pool.zones,
        taints=pool.taints,
    )


def _workload_entry(demand: Demand, plan: Plan) -> WorkloadEntry:
    seats = [seat for seat in plan.seats if seat.workload == demand.workload]
    return WorkloadEntry(
        seats={seat.pool: Span(min=seat.pods_min, max=seat.pods_max) for seat in seats},
        replicas=Replicas(min=demand.pods_min, max=demand.pods_max, surge=demand.surge),
        asks=Asks(**{name: getattr(demand, name) for name in Asks.model_fields}),
        spread=SpreadEntry(zones=demand.zones, hosts=demand.hosts),
    )


def _pool(name: str, entry: PoolEntry) -> Pool:
    return Pool(
        name=name,
        zones=entry.zones,
        taints=entry.taints,
        nodes_min=entry.limits.min,
        nodes_max=entry.limits.max,
        **entry.offers.model_dump(),
    )


def _demand(workload: str, entry: WorkloadEntry) -> Demand:
    return Demand(
        workload=workload,
        pods_min=entry.replicas.min,
        pods_max=entry.replicas.max,
        surge=entry.replicas.surge,
        zones=entry.spread.zones,
        hosts=entry.spread.hosts,
        **entry.asks.model_dump(),
    )
