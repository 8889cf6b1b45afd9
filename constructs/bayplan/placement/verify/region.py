"""Region: data stays where it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "region"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Seats of workloads that may not run in the cluster's region."""
    for seat in plan.seats:
        demand = problem.demand(seat.workload)
        if demand is not None and len(demand.regions) > 0 and problem.region not in demand.regions:
            yield Breach(rule=RULE, what=f"{seat.workload} may not run in {problem.region or 'an unknown region'}")
