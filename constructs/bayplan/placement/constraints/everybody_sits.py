"""Everybody sits: each workload has a pool, and all its pods are in it. Only who may wait can be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.terms import LEVELS

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Problem
    from bayplan.placement.variables import Variables


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """Exactly one pool takes a workload; only what is too large for any single pool is shared among several."""
    for demand in problem.demands:
        homes = sum(variables.runs_in(demand, pool) for pool in variables.pools(demand))
        if variables.may_split(demand):
            _share(demand, variables, model)
        elif demand.may_wait or demand.elastic:
            model.add(homes <= demand.copies)
        else:
            model.add(homes == demand.copies)
        if variables.counts_pods(demand):
            _keep_parts_at_home(demand, variables, model)


def _share(demand: Demand, variables: Variables, model: CpModel) -> None:
    """All its pods, or none where it may wait."""
    sits = model.new_bool_var(f"{demand.workload} sits")
    if not demand.may_wait:
        model.add(sits == 1)
    for level in LEVELS:
        parts = sum(variables.pods(demand, pool, level) for pool in variables.pools(demand))
        model.add(parts == demand.pods(level) * sits)
    model.add(sum(variables.runs_in(demand, pool) for pool in variables.pools(demand)) >= sits)


def _keep_parts_at_home(demand: Demand, variables: Variables, model: CpModel) -> None:
    """A pool is a home only where at least one pod sits when all are there."""
    for pool in variables.pools(demand):
        home = variables.runs_in(demand, pool)
        low, high = (variables.pods(demand, pool, level) for level in LEVELS)
        model.add(high <= demand.pods_max * home)
        model.add(high >= home)
        model.add(high >= low)
