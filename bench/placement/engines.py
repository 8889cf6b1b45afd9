"""bayplan's own sides of the contests: the only place that knows how the planner is called.

Seconds are of the call alone. What it answers is turned into the benchmark's own words here, and judged elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bench.placement.arrivals import Guests, Pool
from bench.placement.packing import Filled
from bench.placement.question import problem, type_of
from bench.placement.stopwatch import Stopwatch

from bayplan.placement.certificate.check import check
from bayplan.placement.patterns.pack import pack as pack_patterns
from bayplan.placement.patterns.packing import Bin, Item
from bayplan.placement.solve import solve

if TYPE_CHECKING:
    from bench.placement.instances import Instance, Type, Workload
    from bench.placement.packing import Packing
    from bench.placement.stopwatch import Spent

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Scheduler

NAMESPACE = "/w"
"""What instances.py puts behind the name of a workload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A witness, and what nothing can cost less than."""

    nodes: Packing
    e4_bound: int
    """As its certificate proves it, checked without the solver."""
    spent: Spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Realised:
    """A plan with node counts that should hold in every order."""

    plan: Plan
    pools: tuple[Pool, ...]
    guests: tuple[Guests, ...]
    spent: Spent

    @property
    def e4_usd_per_hour(self) -> int:
        """What all nodes cost, by our own sum."""
        return sum(pool.nodes * pool.type.e4_usd_per_hour for pool in self.pools)

    @property
    def seats(self) -> dict[str, dict[str, int]]:
        """Pods of each workload in each pool."""
        found: dict[str, dict[str, int]] = {}
        for seat in self.plan.seats:
            found.setdefault(seat.workload.removesuffix(NAMESPACE), {})[seat.pool] = seat.pods_max
        return found


@cache
def pack(instance: Instance) -> Packed:
    """The packed plan and its bound; remembered, because every row asks for the bound."""
    bins = tuple(_bin(one) for one in instance.types)
    items = tuple(_item(workload, instance) for workload in instance.workloads)
    watch = Stopwatch()
    found = pack_patterns(items, bins)
    spent = watch.stop()
    nodes = (
        Filled(
            type=instance.types[pattern.bin].name,
            pods=tuple(sorted((instance.workloads[at].name, count) for at, count in pattern.seats)),
            copies=pattern.nodes,
        )
        for pattern in found.patterns
    )
    return Packed(nodes=tuple(nodes), e4_bound=check(items, bins, found.certificate), spent=spent)


def _bin(one: Type) -> Bin:
    room = (one.cpu_milli, one.memory_mib, one.pods, one.gpu)
    return Bin(name=one.name, room=room, price=one.e4_usd_per_hour, nodes_min=0, nodes_max=100_000)


def _item(workload: Workload, instance: Instance) -> Item:
    return Item(
        name=workload.name,
        needs=(workload.cpu_milli, workload.memory_mib, 1, workload.gpu),
        count=workload.replicas,
        bins=tuple(
            number
            for number, one in enumerate(instance.types)
            if not workload.gpu or (one.gpu and workload.gpu_name in ("", one.gpu_name))
        ),
    )


def realise(instance: Instance, scheduler: Scheduler, committed: Plan | None = None) -> Realised:
    """Decide the placement, near to a committed one where there is one."""
    asked = problem(instance, scheduler)
    watch = Stopwatch()
    plan = solve(asked, committed)
    spent = watch.stop()
    types = {one.name: one for one in instance.types}
    even = {seat.workload for seat in plan.seats if seat.even}
    return Realised(
        plan=plan,
        pools=tuple(
            Pool(name=bay.pool, type=types[type_of(bay.pool)], nodes=bay.nodes_max)
            for bay in plan.bays
            if bay.nodes_max
        ),
        guests=tuple(
            Guests(
                workload=workload,
                pods=workload.replicas,
                pools=plan.pools_of(workload.name + NAMESPACE),
                even=workload.name + NAMESPACE in even,
            )
            for workload in instance.workloads
        ),
        spent=spent,
    )
