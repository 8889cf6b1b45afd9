"""Which of several plans is the best: who waits, what it costs, whom it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.assign import SLACK
from bayplan.placement.waiting import shortfall

if TYPE_CHECKING:
    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem


def best_of(problem: Problem, plans: list[Plan], committed: Plan | None) -> Plan:
    """Of those that leave fewest pods waiting: the cheapest, or, within the slack, the one with the fewest moves."""
    least = min(shortfall(problem, plan.seats) for plan in plans)
    plans = [plan for plan in plans if shortfall(problem, plan.seats) == least]
    limit = min(plan.cost_of_both_e4_usd_per_hour for plan in plans)
    if committed is not None:
        limit += limit // SLACK
    return min(
        (plan for plan in plans if plan.cost_of_both_e4_usd_per_hour <= limit),
        key=lambda plan: (moves(committed, plan), plan.cost_of_both_e4_usd_per_hour, plan.seats),
    )


def rank(problem: Problem, plan: Plan) -> tuple[tuple[int, ...], int]:
    """Fewest pods that wait, then cost."""
    return shortfall(problem, plan.seats), plan.cost_of_both_e4_usd_per_hour


def moves(committed: Plan | None, plan: Plan) -> int:
    """Pods that must change their pool, at the minimum load."""
    if committed is None:
        return 0
    homes = {seat.workload: committed.pools_of(seat.workload) for seat in plan.seats}
    return sum(
        max(1, seat.pods_min) for seat in plan.seats if homes[seat.workload] and seat.pool not in homes[seat.workload]
    )
