"""Accelerators: the right ones, and enough of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS, NVIDIA
from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import guests, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Demand, Pool, Problem

RULE = "accelerators"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Replicas with the wrong accelerators, and pools with too few."""
    for seat in plan.seats:
        demand, pool = problem.demand(seat.workload), problem.pool(seat.pool)
        if demand is not None and pool is not None and not _suits(demand, pool):
            yield Breach(rule=RULE, what=f"the accelerators of {pool.name} are not what {seat.workload} asks for")
    yield from _two_names(problem, plan)
    for pool in problem.pools:
        for level in LEVELS:
            taken = sum(demand.accelerators * pods for demand, pods in guests(problem, plan, pool, level))
            there = pool.accelerators * nodes(plan, pool, level)
            if taken > there:
                yield Breach(rule=RULE, what=f"{pool.name} has {there} accelerators at {level} load, {taken} are taken")


def _suits(demand: Demand, pool: Pool) -> bool:
    wanted = demand.accelerator_model
    if wanted is not None and wanted != pool.accelerator_model:
        return False
    if demand.accelerators == 0:
        return True
    if wanted is None and pool.accelerator_resource not in (NVIDIA, f"{NVIDIA}.shared"):
        return False
    # of pool.shares pods on one accelerator each has a share of its time and of its memory
    time = demand.accelerator_share_milli * pool.shares <= 1000
    memory = demand.accelerator_memory_mib * pool.shares <= pool.accelerator_memory_mib
    return time and memory and demand.accelerators <= pool.accelerators


def _two_names(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Replicas of one workload that would have to ask for two resources."""
    names: dict[str, str] = {}
    for seat in plan.seats:
        demand, pool = problem.demand(seat.workload), problem.pool(seat.pool)
        if demand is None or pool is None or demand.accelerators == 0:
            continue
        first = names.setdefault(seat.workload, pool.accelerator_resource)
        if first != pool.accelerator_resource:
            what = f"{seat.workload} would have to ask for {first} and for {pool.accelerator_resource}"
            yield Breach(rule=RULE, what=what)
