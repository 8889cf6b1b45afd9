"""Pools that a workload may not enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "admission"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Seats on foreign processors, on spot capacity, outside of a queue, and behind taints that are not tolerated."""
    for seat in plan.seats:
        demand, pool = problem.demand(seat.workload), problem.pool(seat.pool)
        if demand is None or pool is None:
            continue
        if demand.architecture == "any":
            pass
        elif pool.architecture != demand.architecture:
            yield Breach(rule=RULE, what=f"{seat.workload} sits on {pool.architecture} nodes of {pool.name}")
        if pool.capacity == "spot" and demand.spot_percent != 100:
            yield Breach(rule=RULE, what=f"{seat.workload} sits on spot capacity in {pool.name}")
        if demand.queued and seat.pool not in demand.queued:
            yield Breach(rule=RULE, what=f"{seat.workload} sits in {pool.name}, of which its queue has too little")
        has_some = pool.accelerators > 0 or pool.accelerator_model is not None
        tolerates = demand.accelerators > 0 if has_some else pool.capacity == "spot"
        for place, name in enumerate(problem.resources):
            if name != "ephemeral-storage" and demand.extra[place] > 0 and pool.extra[place] > 0:
                tolerates = True
        if pool.taints and not tolerates:
            yield Breach(rule=RULE, what=f"{seat.workload} does not tolerate {pool.taints[0]} of {pool.name}")
