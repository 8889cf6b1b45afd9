"""Gangs: all pods together, where they can talk fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "gangs"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Gangs that are torn apart, that no zone was chosen for, that lack a pod or stand on a slow network."""
    for demand in problem.demands:
        if not demand.gang:
            continue
        seats = [seat for seat in plan.seats if seat.workload == demand.workload]
        if len(seats) > 1:
            yield Breach(rule=RULE, what=f"{demand.workload} must stand together, it has {len(seats)} seats")
        for seat in seats:
            pool = problem.pool(seat.pool)
            if not seat.zone:
                yield Breach(rule=RULE, what=f"{demand.workload} must stand in one zone of {seat.pool}, none is chosen")
            if (seat.pods_min, seat.pods_max) != (demand.pods_min, demand.pods_max):
                yield Breach(rule=RULE, what=f"{demand.workload} runs all pods or none, some have no seat")
            if demand.gang == "network" and pool is not None and not pool.network:
                yield Breach(rule=RULE, what=f"{demand.workload} needs a fast network, {seat.pool} has none")
    yield from _parties(problem, plan)


def _parties(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Gangs of several demands whose members are in different zones, on different networks, or missing."""
    for party in sorted({demand.party for demand in problem.demands if demand.gang} - {""}):
        members = [demand for demand in problem.demands if demand.party == party and demand.gang]
        seats = {one.workload: [seat for seat in plan.seats if seat.workload == one.workload] for one in members}
        zones = sorted({seat.zone for found in seats.values() for seat in found})
        if len(zones) > 1:
            yield Breach(rule=RULE, what=f"{party} must stand in one zone, its parts are in {' and '.join(zones)}")
        fast = sorted({seat.pool for one in members if one.gang == "network" for seat in seats[one.workload]})
        if len(fast) > 1:
            yield Breach(rule=RULE, what=f"{party} must stand on one network, its parts are in {' and '.join(fast)}")
        missing = sorted(name for name, found in seats.items() if not found)
        if 0 < len(missing) < len(members):
            yield Breach(rule=RULE, what=f"{party} runs all or none, {' and '.join(missing)} has no seat")
