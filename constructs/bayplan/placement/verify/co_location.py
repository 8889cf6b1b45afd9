"""Co-location: who wants to be near somebody is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "co_location"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Two that both have seats, in different pools."""
    pools: dict[str, set[str]] = {}
    for seat in plan.seats:
        pools.setdefault(seat.workload, set()).add(seat.pool)
    for demand in problem.demands:
        mine = pools.get(demand.workload, set())
        for name in demand.near:
            theirs = pools.get(name, set())
            if mine and theirs and mine != theirs:
                where = f"it runs in {', '.join(sorted(mine))}, {name} in {', '.join(sorted(theirs))}"
                yield Breach(rule=RULE, what=f"{demand.workload} must run in the pools of {name}: {where}")
