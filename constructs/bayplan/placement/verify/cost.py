"""The figures of a plan are what its nodes and volumes cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "cost"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Wrong sums, and a bound that says more than what the plan itself costs."""
    low = high = 0
    for bay in plan.bays:
        pool = problem.pool(bay.pool)
        if pool is not None:
            low += bay.nodes_min * pool.e4_usd_per_hour
            high += bay.nodes_max * pool.e4_usd_per_hour
    volumes_low, volumes_high = _volumes(problem, plan)
    low, high = low + (volumes_low + 99) // 100, high + (volumes_high + 99) // 100
    for level, said, sums in (
        ("minimum", plan.cost_min_e4_usd_per_hour, low),
        ("maximum", plan.cost_max_e4_usd_per_hour, high),
    ):
        if said != sums:
            yield Breach(
                rule=RULE, what=f"nodes and volumes at the {level} load cost {sums}, the plan says {said} (1e-4 USD/h)"
            )
    if not 0 <= plan.bound_min_e4_usd_per_hour <= low:
        what = f"a bound of {plan.bound_min_e4_usd_per_hour} cannot hold where the plan costs {low} (1e-4 USD/h)"
        yield Breach(rule=RULE, what=what)


def _volumes(problem: Problem, plan: Plan) -> tuple[int, int]:
    """At both ends of the load, in 1e-6 USD."""
    low = high = 0
    for name, gib in problem.kept_gib:
        for known, e6_usd in problem.e6_usd_per_gib_hour:
            if name == known:
                low += gib * e6_usd
                high += gib * e6_usd
    for seat in plan.seats:
        demand = problem.demand(seat.workload)
        for name, e6_usd in problem.e6_usd_per_gib_hour:
            if demand is not None and name == demand.storage_class:
                low += seat.pods_min * demand.storage_gib * e6_usd
                high += seat.pods_max * demand.storage_gib * e6_usd
    return low, high
