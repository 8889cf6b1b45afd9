"""Who waits for room: those who may, the lowest priority first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ortools.sat.python.cp_model import LinearExpr

    from bayplan.placement.demand import Demand
    from bayplan.placement.plan import Seat
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
