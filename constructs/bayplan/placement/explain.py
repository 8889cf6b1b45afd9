"""Why a workload runs where it runs: its share of the price, what binds there, what rules the other pools out, and what
the next best would cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.placement.binding import binding
from bayplan.placement.constraints import refusals
from bayplan.placement.limit import only
from bayplan.placement.plan import Bay, Plan, Seat
from bayplan.placement.price import price
from bayplan.placement.realise import nodes_needed
from bayplan.placement.share import share
from bayplan.placement.verify import verify
from bayplan.placement.words import pod, replicas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.terms import Level

SIMULATED = 4
"""Pools whose price is simulated, the most promising first; what others would cost is estimated."""
MOST_STEPS = 20_000
"""Pods times nodes that a move touches: beyond, simulating takes too long for an answer to a question."""

FIGURES = ("bound", "cost", "packing")
"""Rules about what a plan claims of itself: a move is only thought of, and claims nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Pods in one pool, and what they pay of its nodes, by the resource of which they take the largest part."""

    pool: str
    pods_min: int
    pods_max: int
    min_e4_usd_per_hour: int
    max_e4_usd_per_hour: int


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
    estimated: bool = False
    """Whether these are shares of nodes, and not whole nodes as the scheduler would need them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One workload's place in a plan."""

    workload: str
    asks: str
    """What it asks for, in words."""
    shares: tuple[Share, ...]
    """Where it runs; several where no single pool can take it, none where it has to wait."""
    binding: tuple[str, ...]
    """What sets the number of nodes there, and which limits are reached."""
    alternatives: tuple[Alternative, ...]
    """All other pools: those that could take it first, the cheapest at the head; then those that cannot."""
    next_best: str | None
    """The cheapest pool that could take it instead; None where there is none."""


def explain(problem: Problem, plan: Plan, workload: str) -> tuple[Explanation, ...]:
    """Explain one workload of a plan, each part of it; raises BadInput where the cluster runs none of that name.

    The price of another pool is that of moving this workload alone, with all others staying where they are: node
    counts are simulated as for a plan, nothing is solved. A new plan that moves others, too, may do better.
    """
    demands = [demand for demand in problem.demands if workload in (demand.workload, demand.of)]
    if not demands:
        known = ", ".join(sorted({demand.of or demand.workload for demand in problem.demands})) or "none"
        what = f"cluster {problem.cluster} runs no workload {workload}"
        raise BadInput([Complaint(file=problem.file, line=0, what=what, fix=f"It runs: {known}.")])
    return tuple(_explain(problem, plan, demand) for demand in demands)


def _explain(problem: Problem, plan: Plan, demand: Demand) -> Explanation:
    homes = plan.pools_of(demand.workload)
    others = list(_alternatives(problem, plan, demand, _elsewhere(problem, homes)))
    others.sort(key=_rank)
    return Explanation(
        workload=demand.workload,
        asks=f"{replicas(demand)}, each with {pod(demand, problem.resources)}",
        shares=tuple(_share(problem, demand, seat) for seat in plan.seats if seat.workload == demand.workload),
        binding=binding(problem, plan, demand),
        alternatives=tuple(others),
        next_best=others[0].pool if others and not others[0].ruled_out else None,
    )


def _elsewhere(problem: Problem, homes: tuple[str, ...]) -> list[Pool]:
    """Pools where it does not run; of bays that differ by name only the first, and none beside a home."""
    seen: set[Pool] = set()
    found = []
    for pool in sorted(problem.pools, key=lambda pool: (pool.name not in homes, pool.name)):
        kind = replace(pool, name=pool.limits, file="", line=0)
        if kind not in seen and pool.name not in homes:
            found.append(pool)
        seen.add(kind)
    return found


def _share(problem: Problem, demand: Demand, seat: Seat) -> Share:
    there = problem.pool(seat.pool)
    low, high = (share(demand, there, pods) if there else 0 for pods in (seat.pods_min, seat.pods_max))
    return Share(
        pool=seat.pool,
        pods_min=seat.pods_min,
        pods_max=seat.pods_max,
        min_e4_usd_per_hour=low,
        max_e4_usd_per_hour=high,
    )


def _rank(other: Alternative) -> tuple[bool, int, str]:
    return bool(other.ruled_out), other.extra_min_e4_usd_per_hour + other.extra_max_e4_usd_per_hour, other.pool


def _alternatives(problem: Problem, plan: Plan, demand: Demand, pools: list[Pool]) -> Iterator[Alternative]:
    simulated = 0
    for pool in sorted(
        pools, key=lambda pool: (share(demand, pool, 1) if not refusals(demand, pool) else 0, pool.name)
    ):
        if reasons := refusals(demand, pool):
            yield Alternative(pool=pool.name, ruled_out=reasons)
            continue
        touched = {pool.name, *plan.pools_of(demand.workload)}
        pods = sum(seat.pods_max for name in touched for seat in plan.seats_in.get(name, ()))
        if simulated == SIMULATED or pods * sum(plan.nodes[name, "max"] for name in touched) > MOST_STEPS:
            yield _estimate(problem, plan, demand, pool)
            continue
        simulated += 1
        yield _simulate(problem, plan, demand, pool, touched)


def _estimate(problem: Problem, plan: Plan, demand: Demand, pool: Pool) -> Alternative:
    now = [_share(problem, demand, seat) for seat in plan.seats if seat.workload == demand.workload]
    low, high = (sum(getattr(one, f"pods_{level}") for one in now) for level in ("min", "max"))
    return Alternative(
        pool=pool.name,
        ruled_out=(),
        extra_min_e4_usd_per_hour=share(demand, pool, low) - sum(one.min_e4_usd_per_hour for one in now),
        extra_max_e4_usd_per_hour=share(demand, pool, high) - sum(one.max_e4_usd_per_hour for one in now),
        estimated=True,
    )


def _simulate(problem: Problem, plan: Plan, demand: Demand, pool: Pool, touched: set[str]) -> Alternative:
    """The plan with this workload there, and the nodes that the pools which it leaves and enters need then."""
    seats = tuple(sorted([*(one for one in plan.seats if one.workload != demand.workload), _moved(plan, demand, pool)]))
    around = {seat.workload for seat in seats if seat.pool in touched}
    nearby = replace(only(problem, around), pools=tuple(one for one in problem.pools if one.name in touched))
    nodes = nodes_needed(nearby, [seat for seat in seats if seat.workload in around])
    bays = tuple(
        Bay(pool=bay.pool, nodes_min=nodes[bay.pool, "min"], nodes_max=nodes[bay.pool, "max"])
        if bay.pool in touched
        else bay
        for bay in plan.bays
    )
    counts: dict[tuple[str, Level], int] = {}
    for bay in bays:
        counts |= {(bay.pool, "min"): bay.nodes_min, (bay.pool, "max"): bay.nodes_max}
    low, high = price(problem, counts, "min", seats), price(problem, counts, "max", seats)
    moved = Plan(
        cluster=plan.cluster,
        seats=seats,
        bays=bays,
        cost_min_e4_usd_per_hour=low,
        cost_max_e4_usd_per_hour=high,
        bound_min_e4_usd_per_hour=0,
    )
    if broken := _broken(problem, moved, pool):
        return Alternative(pool=pool.name, ruled_out=broken)
    return Alternative(
        pool=pool.name,
        ruled_out=(),
        extra_min_e4_usd_per_hour=low - plan.cost_min_e4_usd_per_hour,
        extra_max_e4_usd_per_hour=high - plan.cost_max_e4_usd_per_hour,
    )


def _moved(plan: Plan, demand: Demand, pool: Pool) -> Seat:
    """All its pods in another pool; in one zone of it, where it must stay in one."""
    now = [seat for seat in plan.seats if seat.workload == demand.workload]
    theirs = {seat.zone for seat in plan.seats if demand.party and seat.workload.startswith(f"{demand.party}@")}
    zone = min(theirs & set(pool.zones), default=pool.zones[0]) if demand.gang else ""
    return Seat(
        workload=demand.workload,
        pool=pool.name,
        pods_min=sum(seat.pods_min for seat in now) if now else demand.pods_min,
        pods_max=sum(seat.pods_max for seat in now) if now else demand.pods_max,
        zone=demand.volume_zone if demand.volume_zone in pool.zones else zone,
        even=any(seat.even for seat in now),
    )


def _broken(problem: Problem, moved: Plan, pool: Pool) -> tuple[str, ...]:
    """What the move would break, although the pool could take it; the first is the reason."""
    breaches = [breach for breach in verify(problem, moved, simulate=False) if breach.rule not in FIGURES]
    if any(breach.rule == "pool_limits" for breach in breaches):
        return (f"it is full: its {pool.nodes_max} nodes cannot take it besides",)
    return tuple(dict.fromkeys(breach.what for breach in breaches))
