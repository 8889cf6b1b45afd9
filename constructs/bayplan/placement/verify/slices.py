"""Slices: parts of accelerators are where accelerators are cut, whole ones where they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Demand, Pool, Problem

RULE = "slices"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Seats on accelerators that are cut otherwise than asked for."""
    for seat in plan.seats:
        demand, pool = problem.demand(seat.workload), problem.pool(seat.pool)
        if demand is None or pool is None:
            continue
        if demand.accelerators > 0 and pool.layout not in ("", "all-disabled"):
            yield Breach(rule=RULE, what=f"{seat.workload} needs whole accelerators, {pool.name} is cut")
        for name in _missing(problem, demand, pool):
            yield Breach(rule=RULE, what=f"{seat.workload} asks for {name}, {pool.name} is not cut so")


def _missing(problem: Problem, demand: Demand, pool: Pool) -> Iterator[str]:
    for place, name in enumerate(problem.resources):
        if name.startswith("nvidia.com/mig-") and demand.extra[place] > 0 and pool.extra[place] == 0:
            yield name
