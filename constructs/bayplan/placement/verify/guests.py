"""Who sits in a pool, as the plan says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Demand, Level, Pool, Problem


def guests(problem: Problem, plan: Plan, pool: Pool, level: Level) -> Iterator[tuple[Demand, int]]:
    """Each workload of a pool with the pods that need room there: the running ones and a rollout's surge."""
    for seat in plan.seats_in.get(pool.name, ()):
        demand = problem.demand(seat.workload)
        if demand is not None:
            running = seat.pods_min if level == "min" else seat.pods_max
            yield demand, running + (demand.surge if level == "max" else 0)


def nodes(plan: Plan, pool: Pool, level: Level) -> int:
    """Nodes that the plan gives to a pool."""
    return plan.nodes[pool.name, level]
