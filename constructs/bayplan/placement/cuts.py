"""What simulation teaches the solver: nodes that sums alone would not ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ortools.sat.python.cp_model import LinearExpr

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, LinearExprT

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.terms import Level
    from bayplan.placement.variables import Variables


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Cut:
    """A fact that simulation found: these workloads together need that many nodes of a pool."""

    pool: str
    level: Level
    guests: tuple[tuple[str, int], ...]
    """Demands, and how many of the workloads behind each were there."""
    nodes: int


def add(cut: Cut, problem: Problem, variables: Variables, model: CpModel) -> None:
    """As long as all of those guests are there, so are the nodes."""
    pool = problem.pool(cut.pool)
    guests = [(problem.demand(workload), copies) for workload, copies in cut.guests]
    known = [(demand, copies) for demand, copies in guests if demand is not None]
    if pool is None or len(known) < len(guests) or any(pool not in variables.pools(demand) for demand, _ in known):
        return
    everybody = sum(copies for _, copies in known)
    present = LinearExpr.sum([_present(variables, model, demand, pool, copies) for demand, copies in known])
    model.add(variables.nodes(pool, cut.level) + cut.nodes * (everybody - present) >= cut.nodes)


def _present(variables: Variables, model: CpModel, demand: Demand, pool: Pool, copies: int) -> LinearExprT:
    """How many of those that were seen are there still; others of their kind do not stand in for them twice."""
    there = variables.runs_in(demand, pool)
    if copies >= demand.copies:
        return there
    present = model.new_int_var(0, copies, f"{demand.workload} still in {pool.name}")
    model.add_min_equality(present, [there, copies])
    return present
