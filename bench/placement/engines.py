"""bayplan's own sides of the contests: the only place that knows how the planner is called.

Seconds are of the call alone. What it answers is turned into the benchmark's own words here, and judged elsewhere.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.placement.arrivals import Guests, Pool
from bench.placement.instances import problem

from bayplan.placement.solve import solve

if TYPE_CHECKING:
    from bench.placement.instances import Instance
    from bench.placement.packing import Packing

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Scheduler

NAMESPACE = "/w"
"""What instances.py puts behind the name of a workload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A witness, and what nothing can cost less than."""

    nodes: Packing
    e4_bound: int
    seconds: float

    @property
    def seats(self) -> dict[str, dict[str, int]]:
        """Pods of each workload in each type."""
        found: dict[str, dict[str, int]] = {}
        for filled in self.nodes:
            for name, count in filled.pods:
                homes = found.setdefault(name, {})
                homes[filled.type] = homes.get(filled.type, 0) + count * filled.copies
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Realised:
    """A plan with node counts that should hold in every order."""

    plan: Plan
    pools: tuple[Pool, ...]
    guests: tuple[Guests, ...]
    seconds: float

    @property
    def e4_usd_per_hour(self) -> int:
        """What all nodes cost, by our own sum."""
        return sum(pool.nodes * pool.type.e4_usd_per_hour for pool in self.pools)

    @property
    def seats(self) -> dict[str, dict[str, int]]:
        """Pods of each workload in each type."""
        found: dict[str, dict[str, int]] = {}
        for seat in self.plan.seats:
            found.setdefault(seat.workload.removesuffix(NAMESPACE), {})[seat.pool] = seat.pods_max
        return found


def realise(instance: Instance, scheduler: Scheduler, committed: Plan | None = None) -> Realised:
    """Decide the placement, near to a committed one where there is one."""
    asked = problem(instance, scheduler)
    began = time.perf_counter()
    plan = solve(asked, committed)
    seconds = time.perf_counter() - began
    types = {one.name: one for one in instance.types}
    even = {seat.workload for seat in plan.seats if seat.even}
    return Realised(
        plan=plan,
        pools=tuple(Pool(name=bay.pool, type=types[bay.pool], nodes=bay.nodes_max) for bay in plan.bays),
        guests=tuple(
            Guests(
                workload=workload,
                pods=workload.replicas,
                pools=plan.pools_of(workload.name + NAMESPACE),
                even=workload.name + NAMESPACE in even,
            )
            for workload in instance.workloads
        ),
        seconds=seconds,
    )
