"""Ask the model for an assignment: cheapest first, then with the fewest moves, then in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ortools.sat.python import cp_model

from bayplan.placement.model import ask, build, cost_of, hint
from bayplan.placement.plan import Seat
from bayplan.placement.terms import LEVELS
from bayplan.placement.waiting import wishes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ortools.sat.python.cp_model import CpModel, CpSolver, LinearExpr, LinearExprT

    from bayplan.placement.cuts import Cut
    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables

TIDY_DETERMINISTIC_SECONDS = 0.1
"""The same for putting an answer in order."""
SLACK = 200
"""Cost may rise by one part in so many (0.5 %) where that saves moves."""

Staying: TypeAlias = "Mapping[tuple[str, str], int]"
"""By demand and pool: how many of the workloads behind it have their home there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An answer: who sits where, and what that would cost if enough room in sum were enough."""

    seats: tuple[Seat, ...]
    cost_e4_usd_per_hour: int
    """Both ends of the load together."""


def assign(
    problem: Problem,
    staying: Staying | None,
    cuts: Iterable[Cut],
    start: Sequence[Seat] = (),
    *,
    apart: bool = False,
    headroom_percent: int = 0,
) -> Assignment | None:
    """The cheapest assignment, then the fewest moves, then the cheapest pools by name; None where none was found.

    The cost is that of both ends of the load together. A platform's load wanders between them, and looking at the
    minimum alone would put a small service on the last slot of the dearest machine, to grow there. The search begins
    at `start`. With `apart`, pods with different numbers of accelerators never share a pool; `headroom_percent` keeps
    a share of every pool's nodes back. `staying` says how many of the workloads behind a demand have a home in a pool.
    Raises InfeasibleError.
    """
    model, variables = build(problem, cuts)
    if apart:
        _keep_apart(problem, variables, model)
    if headroom_percent:
        _keep_back(problem, variables, model, headroom_percent)
    cost = cost_of(problem, variables, LEVELS)
    _hint_seats(problem, variables, model, start)
    if not _seat_the_first(problem, variables, model):
        return None
    model.minimize(cost)
    solver = ask(model)
    if solver is None:
        return None
    cheapest = round(solver.objective_value)
    model.add(cost <= cheapest + (cheapest // SLACK if staying else 0))
    model.minimize(_disorder(problem, variables, model, staying or {}))
    hint(model, solver)
    tidied = ask(model, TIDY_DETERMINISTIC_SECONDS)
    return Assignment(seats=_seats(problem, variables, tidied or solver), cost_e4_usd_per_hour=cheapest)


def _seat_the_first(problem: Problem, variables: Variables, model: CpModel) -> bool:
    """Let as many pods sit as can of those who may wait, one priority after the other; False where none was found."""
    for wish in wishes(problem, variables):
        model.maximize(wish)
        solver = ask(model)
        if solver is None:
            return False
        model.add(wish >= round(solver.objective_value))
        hint(model, solver)
    return True


def _keep_apart(problem: Problem, variables: Variables, model: CpModel) -> None:
    """No rule of a placement, but a good habit where the scheduler spreads: small pods leave no hole for large ones."""
    counts = sorted({demand.accelerators for demand in problem.demands})
    for pool in problem.pools:
        roles = {count: model.new_bool_var(f"{pool.name} for {count}") for count in counts}
        model.add_at_most_one(roles.values())
        for demand, _ in variables.guests(pool, "min"):
            model.add(variables.runs_in(demand, pool) <= demand.copies * roles[demand.accelerators])


def _keep_back(problem: Problem, variables: Variables, model: CpModel, headroom_percent: int) -> None:
    for pool in problem.pools:
        left = pool.nodes_max * (100 - headroom_percent) // 100
        model.add(variables.nodes(pool, "max") <= max(1, pool.nodes_min, left))


def _hint_seats(problem: Problem, variables: Variables, model: CpModel, start: Sequence[Seat]) -> None:
    pods = {(seat.workload, seat.pool): seat.pods_max for seat in start}
    for demand in problem.demands if start else ():
        for pool in variables.pools(demand):
            there = (demand.workload, pool.name) in pods
            copies = pods.get((demand.workload, pool.name), 0) // max(demand.pods_max, 1)
            model.add_hint(variables.runs_in(demand, pool), copies if demand.copies > 1 else there)


def _disorder(problem: Problem, variables: Variables, model: CpModel, staying: Staying) -> LinearExpr:
    """Pods that change their pool, and, far behind, how dear and how late in the alphabet the pools are."""
    ranks = {p.name: rank for rank, p in enumerate(sorted(problem.pools, key=lambda p: (p.e4_usd_per_hour, p.name)))}
    move = sum(demand.copies for demand in problem.demands) * len(problem.pools) + 1
    terms: list[LinearExprT] = []
    weights: list[int] = []
    for demand in problem.demands:
        for pool in variables.pools(demand):
            terms.append(variables.runs_in(demand, pool))
            weights.append(ranks[pool.name])
            if stay := min(staying.get((demand.workload, pool.name), 0), demand.copies):
                kept = model.new_int_var(0, stay, f"{demand.workload} stays in {pool.name}")
                model.add(kept <= variables.runs_in(demand, pool))
                terms.append(kept)
                weights.append(-move * max(1, demand.pods_min))
    return cp_model.LinearExpr.weighted_sum(terms, weights)


def _seats(problem: Problem, variables: Variables, solver: CpSolver) -> tuple[Seat, ...]:
    return tuple(
        seat
        for demand in problem.demands
        for pool in variables.pools(demand)
        if solver.value(variables.runs_in(demand, pool))
        for seat in _seats_in(demand, pool, variables, solver)
    )


def _seats_in(demand: Demand, pool: Pool, variables: Variables, solver: CpSolver) -> Iterator[Seat]:
    """One seat, or one for each zone where the workload stays in one zone of the pool."""
    low, high = (solver.value(variables.pods(demand, pool, level)) for level in LEVELS)
    if not variables.stays_in_zone(demand):
        if high or not demand.elastic:
            yield Seat(workload=demand.workload, pool=pool.name, pods_min=low, pods_max=high)
        return
    copies = {zone: solver.value(variables.stands_in(demand, pool, zone)) for zone in pool.zones}
    for zone, there in copies.items():
        if there:
            share = 1 if demand.copies == 1 else there
            each = (low, high) if demand.copies == 1 else (demand.pods_min * share, demand.pods_max * share)
            yield Seat(workload=demand.workload, pool=pool.name, pods_min=each[0], pods_max=each[1], zone=zone)
