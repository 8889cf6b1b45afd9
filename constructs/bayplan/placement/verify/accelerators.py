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
    return demand.accelerator_memory_mib <= pool.accelerator_memory_mib and demand.accelerators <= pool.accelerators
