"""Co-location: who is near somebody runs in the same pool, so that they share its network, its zones and its fate."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, LinearExpr

    from bayplan.placement.problem import Demand, Problem
    from bayplan.placement.variables import Variables


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """Both have the same pools, or one of them waits. Who is named here stands for itself alone, never for a class."""
    for demand in problem.demands:
        for name in demand.near:
            other = problem.demand(name)
            if other is not None:
                waits = _waits(demand, variables, model) + _waits(other, variables, model)
                _hold_together(demand, other, waits, variables, model)


def _hold_together(
    demand: Demand, other: Demand, waits: LinearExpr | int, variables: Variables, model: CpModel
) -> None:
    pools = {pool.name: pool for one in (demand, other) for pool in variables.pools(one)}
    for pool in pools.values():
        here, there = (variables.is_home(one, pool) if pool in variables.pools(one) else 0 for one in (demand, other))
        model.add(here <= there + waits)
        model.add(there <= here + waits)


def _waits(demand: Demand, variables: Variables, model: CpModel) -> LinearExpr | int:
    if not demand.may_wait and not demand.elastic:
        return 0
    waits = model.new_bool_var(f"{demand.workload} waits")
    homes = sum(variables.is_home(demand, pool) for pool in variables.pools(demand))
    model.add(homes <= len(variables.pools(demand)) * (1 - waits))
    model.add(homes >= 1 - waits)
    return waits
