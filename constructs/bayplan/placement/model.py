"""The pool-level model: what CP-SAT is asked, and how it is made to answer the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from bayplan.placement.constraints import RULES
from bayplan.placement.cuts import add
from bayplan.placement.price import storage_floor
from bayplan.placement.variables import Variables
from bayplan.placement.work import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ortools.sat.python.cp_model import CpModel, CpSolver, LinearExpr

    from bayplan.placement.cuts import Cut
    from bayplan.placement.problem import Problem
    from bayplan.placement.terms import Level

DETERMINISTIC_SECONDS = 0.5
"""Work, not time, that one question may take: the same on a slow machine, so that the answer is the same, too."""


class InfeasibleError(Exception):
    """It is proven that nothing satisfies the model; not raised where the limit of work ended the search."""


def build(problem: Problem, cuts: Iterable[Cut]) -> tuple[CpModel, Variables]:
    """All rules as one model, without a wish."""
    model = cp_model.CpModel()
    variables = Variables(problem, model)
    for rule in RULES:
        rule.build(problem, variables, model)
    for cut in cuts:
        add(cut, problem, variables, model)
    return model, variables


def ask(model: CpModel, deterministic_seconds: float = DETERMINISTIC_SECONDS) -> CpSolver | None:
    """Solve; None where the limit of work ended the search too early. Raises InfeasibleError."""
    solver = cp_model.CpSolver()
    _limit(solver, deterministic_seconds)
    status = run(solver, model)
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
    """Price of all nodes and of the volumes that are sure, in 1e-4 USD per hour, summed over the levels."""
    nodes = [(pool, level) for pool in problem.pools for level in levels]
    return cp_model.LinearExpr.weighted_sum(
        [variables.nodes(pool, level) for pool, level in nodes],
        [pool.e4_usd_per_hour for pool, _ in nodes],
    ) + sum(storage_floor(problem, level) for level in levels)


def hint(model: CpModel, solver: CpSolver) -> None:
    """Start the next search from the last answer."""
    model.clear_hints()  # type: ignore[no-untyped-call]  # ortools gives it no types
    for number in range(len(model.proto.variables)):
        variable = model.get_int_var_from_proto_index(number)
        model.add_hint(variable, solver.value(variable))
