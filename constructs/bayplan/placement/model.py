"""The pool-level model: what CP-SAT is asked, in stages, and how it is made to answer the same every time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from bayplan.placement.constraints import RULES
from bayplan.placement.plan import Seat
from bayplan.placement.problem import LEVELS, Level
from bayplan.placement.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ortools.sat.python.cp_model import CpModel, CpSolver, LinearExpr

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Demand, Pool, Problem

DETERMINISTIC_SECONDS = 0.5
"""Work, not time, that one question may take: the same on a slow machine, so that the answer is the same, too."""
TIDY_DETERMINISTIC_SECONDS = 0.1
"""The same for putting an answer in order."""
SLACK = 200
"""Cost may rise by one part in so many (0.5 %) where that saves moves."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Cut:
    """A fact that simulation found: these workloads together need that many nodes of a pool."""

    pool: str
    level: Level
    workloads: tuple[str, ...]
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An answer: who sits where, and what that would cost if enough room in sum were enough."""

    seats: tuple[Seat, ...]
    cost_e4_usd_per_hour: int
    """Both ends of the load together."""


class InfeasibleError(Exception):
    """It is proven that nothing satisfies the model; not raised where the limit of work ended the search."""


def assign(
    problem: Problem,
    committed: Plan | None,
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
    a share of every pool's nodes back. Raises InfeasibleError.
    """
    model, variables = build(problem, cuts)
    if apart:
        _keep_apart(problem, variables, model)
    if headroom_percent:
        _keep_back(problem, variables, model, headroom_percent)
    cost = cost_of(problem, variables, LEVELS)
    model.minimize(cost)
    _hint_seats(problem, variables, model, start)
    solver = ask(model)
    if solver is None:
        return None
    cheapest = round(solver.objective_value)
    model.add(cost <= cheapest + (cheapest // SLACK if committed else 0))
    model.minimize(_disorder(problem, variables, committed))
    hint(model, solver)
    tidied = ask(model, TIDY_DETERMINISTIC_SECONDS)
    return Assignment(seats=_seats(problem, variables, tidied or solver), cost_e4_usd_per_hour=cheapest)


def bound(problem: Problem) -> int:
    """What nodes cost at least at the minimum load, in 1e-4 USD per hour, for any placement by these rules."""
    model, variables = build(problem, ())
    model.minimize(cost_of(problem, variables, ("min",)))
    solver = cp_model.CpSolver()
    _limit(solver, DETERMINISTIC_SECONDS)
    if solver.solve(model) == cp_model.INFEASIBLE:
        return 0
    # the bound is a float near a whole number; every cost is whole, so it may be rounded up, but not by noise
    return max(0, math.ceil(solver.best_objective_bound - 1e-3))


def build(problem: Problem, cuts: Iterable[Cut]) -> tuple[CpModel, Variables]:
    """All rules as one model, without a wish."""
    model = cp_model.CpModel()
    variables = Variables(problem, model)
    for rule in RULES:
        rule.build(problem, variables, model)
    for cut in cuts:
        _add_cut(problem, variables, model, cut)
    return model, variables


def ask(model: CpModel, deterministic_seconds: float = DETERMINISTIC_SECONDS) -> CpSolver | None:
    """Solve; None where the limit of work ended the search too early. Raises InfeasibleError."""
    solver = cp_model.CpSolver()
    _limit(solver, deterministic_seconds)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        raise InfeasibleError
    return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def _limit(solver: CpSolver, deterministic_seconds: float) -> None:
    """One worker and a limit in deterministic time: more workers race, and the winner is chance.

    Without linear relaxation (`linearization_level`) one worker alone proves little.
    """
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = deterministic_seconds


def cost_of(problem: Problem, variables: Variables, levels: Sequence[Level]) -> LinearExpr:
    """Price of all nodes, in 1e-4 USD per hour, summed over the levels."""
    nodes = [(pool, level) for pool in problem.pools for level in levels]
    return cp_model.LinearExpr.weighted_sum(
        [variables.nodes(pool, level) for pool, level in nodes], [pool.e4_usd_per_hour for pool, _ in nodes]
    )


def hint(model: CpModel, solver: CpSolver) -> None:
    """Start the next search from the last answer."""
    model.clear_hints()  # type: ignore[no-untyped-call]  # ortools gives it no types
    for number in range(len(model.proto.variables)):
        variable = model.get_int_var_from_proto_index(number)
        model.add_hint(variable, solver.value(variable))


def _keep_apart(problem: Problem, variables: Variables, model: CpModel) -> None:
    """No rule of a placement, but a good habit where the scheduler spreads: small pods leave no hole for large ones."""
    counts = sorted({demand.accelerators for demand in problem.demands})
    for pool in problem.pools:
        roles = {count: model.new_bool_var(f"{pool.name} for {count}") for count in counts}
        model.add_at_most_one(roles.values())
        for demand, _ in variables.guests(pool, "min"):
            model.add_implication(variables.runs_in(demand, pool), roles[demand.accelerators])


def _keep_back(problem: Problem, variables: Variables, model: CpModel, headroom_percent: int) -> None:
    for pool in problem.pools:
        left = pool.nodes_max * (100 - headroom_percent) // 100
        model.add(variables.nodes(pool, "max") <= max(1, pool.nodes_min, left))


def _hint_seats(problem: Problem, variables: Variables, model: CpModel, start: Sequence[Seat]) -> None:
    seats = {(seat.workload, seat.pool) for seat in start}
    for demand in problem.demands if start else ():
        for pool in variables.pools(demand):
            model.add_hint(variables.runs_in(demand, pool), (demand.workload, pool.name) in seats)


def _disorder(problem: Problem, variables: Variables, committed: Plan | None) -> LinearExpr:
    """Pods that change their pool, and, far behind, how dear and how late in the alphabet the pools are."""
    ranks = {p.name: rank for rank, p in enumerate(sorted(problem.pools, key=lambda p: (p.e4_usd_per_hour, p.name)))}
    move = len(problem.demands) * len(problem.pools) + 1
    pairs = [(demand, pool) for demand in problem.demands for pool in variables.pools(demand)]
    homes = {} if committed is None else {d.workload: committed.pools_of(d.workload) for d in problem.demands}

    def weight(demand: Demand, pool: Pool) -> int:
        kept = homes.get(demand.workload, ())
        moved = max(1, demand.pods_min) if kept and pool.name not in kept else 0
        return moved * move + ranks[pool.name]

    return cp_model.LinearExpr.weighted_sum(
        [variables.runs_in(*pair) for pair in pairs], [weight(*pair) for pair in pairs]
    )


def _add_cut(problem: Problem, variables: Variables, model: CpModel, cut: Cut) -> None:
    pool = next(pool for pool in problem.pools if pool.name == cut.pool)
    homes = [variables.runs_in(d, pool) for d in problem.demands if d.workload in cut.workloads]
    left = len(homes) - sum(homes)
    model.add(variables.nodes(pool, cut.level) + cut.nodes * left >= cut.nodes)


def _seats(problem: Problem, variables: Variables, solver: CpSolver) -> tuple[Seat, ...]:
    return tuple(
        Seat(
            workload=demand.workload,
            pool=pool.name,
            pods_min=solver.value(variables.pods(demand, pool, "min")),
            pods_max=solver.value(variables.pods(demand, pool, "max")),
        )
        for demand in problem.demands
        for pool in variables.pools(demand)
        if solver.boolean_value(variables.runs_in(demand, pool))
    )
