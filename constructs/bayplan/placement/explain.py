"""Why a workload runs where it runs: what rules the other pools out, and what the next best would cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.placement.constraints import refusals
from bayplan.placement.plan import Seat
from bayplan.placement.price import price
from bayplan.placement.realise import nodes_needed
from bayplan.placement.words import pod, replicas

if TYPE_CHECKING:
    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Demand, Pool, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A pool where the workload does not run."""

    pool: str
    ruled_out: tuple[str, ...]
    """What keeps it out, whatever it would cost; empty where it could run there."""
    extra_min_e4_usd_per_hour: int = 0
    """What the cluster would cost more (or less) at the minimum load, were this workload alone to move there."""
    extra_max_e4_usd_per_hour: int = 0
    """The same at the maximum load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One workload's place in a plan."""

    workload: str
    asks: str
    """What it asks for, in words."""
    seats: tuple[Seat, ...]
    """Where it runs; several where no single pool can take it."""
    alternatives: tuple[Alternative, ...]
    """All other pools: those that could take it first, the cheapest at the head; then those that cannot."""
    next_best: str | None
    """The cheapest pool that could take it instead; None where there is none."""


def explain(problem: Problem, plan: Plan, workload: str) -> Explanation:
    """Explain one workload of a plan; raises BadInput where the cluster runs none of that name.

    The price of another pool is that of moving this workload alone, with all others staying where they are: node
    counts are simulated as for a plan, nothing is solved. A new plan that moves others, too, may do better.
    """
    demand = problem.demand(workload)
    if demand is None:
        known = ", ".join(demand.workload for demand in problem.demands) or "none"
        what = f"cluster {problem.cluster} runs no workload {workload}"
        raise BadInput([Complaint(file=problem.file, line=0, what=what, fix=f"It runs: {known}.")])
    homes = plan.pools_of(workload)
    others = [_alternative(problem, plan, demand, pool) for pool in problem.pools if pool.name not in homes]
    others.sort(key=_rank)
    return Explanation(
        workload=workload,
        asks=f"{replicas(demand)}, each with {pod(demand)}",
        seats=tuple(seat for seat in plan.seats if seat.workload == workload),
        alternatives=tuple(others),
        next_best=others[0].pool if others and not others[0].ruled_out else None,
    )


def _rank(other: Alternative) -> tuple[bool, int, str]:
    return bool(other.ruled_out), other.extra_min_e4_usd_per_hour + other.extra_max_e4_usd_per_hour, other.pool


def _alternative(problem: Problem, plan: Plan, demand: Demand, pool: Pool) -> Alternative:
    if reasons := refusals(demand, pool):
        return Alternative(pool=pool.name, ruled_out=reasons)
    moved = Seat(workload=demand.workload, pool=pool.name, pods_min=demand.pods_min, pods_max=demand.pods_max)
    seats = sorted([*(seat for seat in plan.seats if seat.workload != demand.workload), moved])
    nodes = nodes_needed(problem, seats)
    if nodes[pool.name, "max"] > pool.nodes_max:
        return Alternative(
            pool=pool.name, ruled_out=(f"it is full: its {pool.nodes_max} nodes cannot take it besides",)
        )
    return Alternative(
        pool=pool.name,
        ruled_out=(),
        extra_min_e4_usd_per_hour=price(problem, nodes, "min", seats) - plan.cost_min_e4_usd_per_hour,
        extra_max_e4_usd_per_hour=price(problem, nodes, "max", seats) - plan.cost_max_e4_usd_per_hour,
    )
