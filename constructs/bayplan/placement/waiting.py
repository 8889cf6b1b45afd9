"""Who waits for room: those who may, the lowest priority first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.constraints import eligible
from bayplan.placement.slots import slots

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ortools.sat.python.cp_model import LinearExpr

    from bayplan.placement.demand import Demand
    from bayplan.placement.plan import Seat
    from bayplan.placement.pool import Pool
    from bayplan.placement.problem import Problem
    from bayplan.placement.variables import Variables


def waiting(problem: Problem, seats: Iterable[Seat]) -> tuple[Demand, ...]:
    """Workloads that have no seat because they may wait, the highest priority first."""
    sitting = {seat.workload for seat in seats}
    left = [demand for demand in problem.demands if demand.may_wait and demand.workload not in sitting]
    return tuple(sorted(left, key=lambda demand: (-demand.priority, demand.workload)))


def shortfall(problem: Problem, seats: Iterable[Seat]) -> tuple[int, ...]:
    """Pods that wait, for each priority, the highest first: of two plans the one with less of it is better."""
    short = dict.fromkeys(_priorities(problem), 0)
    for demand in waiting(problem, seats):
        short[demand.priority] += max(demand.pods_max, 1)
    return tuple(short.values())


def lacks(problem: Problem, seats: Iterable[Seat], demand: Demand) -> tuple[str, ...]:
    """What each pool that could take a waiting workload lacks, in words; by name of the pool."""
    here = list(seats)
    return tuple(_lack(problem, here, demand, pool) for pool in eligible(problem, demand))


def _lack(problem: Problem, seats: list[Seat], demand: Demand, pool: Pool) -> str:
    taken = [0] * len(pool.room)
    for seat in seats:
        guest = problem.demand(seat.workload)
        if guest is not None and seat.pool == pool.name:
            pods = seat.pods_max + guest.surge
            taken = [amount + pods * need for amount, need in zip(taken, guest.needs, strict=True)]
    pods = demand.pods_max + demand.surge
    whole = -(-pods // max(1, slots(demand, pool)))
    wanted = [
        -(-(amount + pods * need) // room)
        for amount, need, room in zip(taken, demand.needs, pool.room, strict=True)
        if need
    ]
    nodes = max(whole, *wanted)
    if nodes > pool.nodes_max:
        return f"{pool.name} would need {nodes} nodes at the least, {pool.nodes_max} are allowed"
    return f"{pool.name} has room in sum, but not for every pod, or not within all policies"


def wishes(problem: Problem, variables: Variables) -> list[LinearExpr | int]:
    """Pods of who may wait that sit, for each priority, the highest first: each is worth more than all behind it."""
    return [
        sum(
            variables.pods(demand, pool, "max") if demand.pods_max else variables.runs_in(demand, pool)
            for demand in problem.demands
            if demand.may_wait and demand.priority == priority
            for pool in variables.pools(demand)
        )
        for priority in _priorities(problem)
    ]


def _priorities(problem: Problem) -> list[int]:
    return sorted({demand.priority for demand in problem.demands if demand.may_wait}, reverse=True)
