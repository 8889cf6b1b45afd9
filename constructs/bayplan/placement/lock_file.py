"""The shape of `plan.lock`: checked when it is read, and the order in which it is written.

What people look for has its own entry (nodes, seats, replicas, cost); all else that was asked for stands under `asks`,
`offers` and `terms` by the names of its fields, where it differs from the default.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bayplan.placement.demand import Demand
from bayplan.placement.evidence import Evidence
from bayplan.placement.lock_facts import ADAPTERS, Facts, facts, restore
from bayplan.placement.plan import Bay, Plan, Seat
from bayplan.placement.pool import Pool
from bayplan.placement.problem import Problem
from bayplan.placement.terms import LEVELS, Firmness, Level, Scheduler

VERSION = 2
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
    bound_max: Count = 0


class Replicas(Span):
    """Pods of a workload."""

    surge: Count = 0


class SeatEntry(Span):
    """Pods of a workload in one pool."""

    zone: str = ""
    even: bool = False


class PoolEntry(Entry):
    """A pool: its nodes, and what they were."""

    nodes: Span
    limits: Span
    offers: Facts
    zones: Annotated[tuple[str, ...], Field(strict=False)]
    taints: Annotated[tuple[str, ...], Field(strict=False)] = ()


class SpreadEntry(Entry):
    """How replicas kept apart."""

    zones: Firmness = "off"
    hosts: Firmness = "off"


class WorkloadEntry(Entry):
    """A workload: its pods in each pool, and what it asked for."""

    seats: dict[str, SeatEntry]
    replicas: Replicas
    asks: Facts
    spread: SpreadEntry = SpreadEntry()


class LockFile(Entry):
    """The whole file, without its header."""

    cluster: str
    scheduler: Scheduler
    cost: Cost
    terms: Facts = Field(default_factory=dict)
    pools: dict[str, PoolEntry]
    workloads: dict[str, WorkloadEntry]
    evidence: dict[Level, Facts] = Field(default_factory=dict)


class SignedLockFile(LockFile):
    """As it is read: with the version of its format and a checksum of the rest."""

    version: Literal[2]
    checksum: str


def record(problem: Problem, plan: Plan) -> LockFile:
    """A problem and its plan as entries, in the order of their names."""
    bays = {bay.pool: bay for bay in plan.bays}
    seats: dict[str, list[Seat]] = {demand.workload: [] for demand in problem.demands}
    for seat in plan.seats:
        seats.setdefault(seat.workload, []).append(seat)
    return LockFile(
        cluster=plan.cluster,
        scheduler=problem.scheduler,
        cost=Cost(
            min=plan.cost_min_e4_usd_per_hour,
            max=plan.cost_max_e4_usd_per_hour,
            bound_min=plan.bound_min_e4_usd_per_hour,
            bound_max=plan.bound_max_e4_usd_per_hour,
        ),
        terms=facts(problem),
        pools={pool.name: _pool_entry(pool, bays[pool.name]) for pool in problem.pools},
        workloads={demand.workload: _workload_entry(demand, seats[demand.workload]) for demand in problem.demands},
        evidence={
            level: ADAPTERS[Evidence].dump_python(evidence, mode="json", exclude_none=True)
            for level in LEVELS
            if (evidence := plan.evidence(level)) is not None
        },
    )


def recall(file: LockFile) -> tuple[Problem, Plan]:
    """The problem and the plan that a file records; problems are recorded without files and lines."""
    plan = Plan(
        cluster=file.cluster,
        seats=tuple(
            Seat(workload=workload, pool=pool, pods_min=pods.min, pods_max=pods.max, zone=pods.zone, even=pods.even)
            for workload, entry in file.workloads.items()
            for pool, pods in entry.seats.items()
        ),
        bays=tuple(
            Bay(pool=p, nodes_min=entry.nodes.min, nodes_max=entry.nodes.max) for p, entry in file.pools.items()
        ),
        cost_min_e4_usd_per_hour=file.cost.min,
        cost_max_e4_usd_per_hour=file.cost.max,
        bound_min_e4_usd_per_hour=file.cost.bound_min,
        bound_max_e4_usd_per_hour=file.cost.bound_max,
        evidence_min=_evidence(file, "min"),
        evidence_max=_evidence(file, "max"),
    )
    known = {
        "cluster": file.cluster,
        "scheduler": file.scheduler,
        "demands": tuple(_demand(workload, entry) for workload, entry in file.workloads.items()),
        "pools": tuple(_pool(name, entry) for name, entry in file.pools.items()),
    }
    return restore(Problem, file.terms, known), plan


def _pool_entry(pool: Pool, bay: Bay) -> PoolEntry:
    return PoolEntry(
        nodes=Span(min=bay.nodes_min, max=bay.nodes_max),
        limits=Span(min=pool.nodes_min, max=pool.nodes_max),
        offers=facts(pool),
        zones=pool.zones,
        taints=pool.taints,
    )


def _workload_entry(demand: Demand, seats: list[Seat]) -> WorkloadEntry:
    return WorkloadEntry(
        seats={
            seat.pool: SeatEntry(min=seat.pods_min, max=seat.pods_max, zone=seat.zone, even=seat.even) for seat in seats
        },
        replicas=Replicas(min=demand.pods_min, max=demand.pods_max, surge=demand.surge),
        asks=facts(demand),
        spread=SpreadEntry(zones=demand.zones, hosts=demand.hosts),
    )


def _evidence(file: LockFile, level: Level) -> Evidence | None:
    return restore(Evidence, file.evidence[level], {}) if level in file.evidence else None


def _pool(name: str, entry: PoolEntry) -> Pool:
    limits = {"nodes_min": entry.limits.min, "nodes_max": entry.limits.max}
    return restore(Pool, entry.offers, {"name": name, "zones": entry.zones, "taints": entry.taints, **limits})


def _demand(workload: str, entry: WorkloadEntry) -> Demand:
    replicas = {"pods_min": entry.replicas.min, "pods_max": entry.replicas.max, "surge": entry.replicas.surge}
    spread = {"zones": entry.spread.zones, "hosts": entry.spread.hosts}
    return restore(Demand, entry.asks, {"workload": workload, **replicas, **spread})
