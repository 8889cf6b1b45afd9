"""Storage: pods run in the zone of their volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "storage"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Seats outside of the volume's zone, and in pools that do not stand there."""
    for seat in plan.seats:
        demand, pool = problem.demand(seat.workload), problem.pool(seat.pool)
        if demand is None or pool is None or not demand.volume_zone:
            continue
        if seat.zone != demand.volume_zone:
            where = seat.zone or "any zone"
            what = f"the volume of {seat.workload} is in {demand.volume_zone}, it sits in {where} of {seat.pool}"
            yield Breach(rule=RULE, what=what)
        if demand.volume_zone not in pool.zones:
            what = f"the volume of {seat.workload} is in {demand.volume_zone}, {pool.name} has no nodes there"
            yield Breach(rule=RULE, what=what)
