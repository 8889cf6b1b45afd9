"""Everybody sits: each workload has a pool, and all its pods are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Problem
    from bayplan.placement.variables import Variables


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """Exactly one pool takes a workload; only what is too large for any single pool is shared among several."""
    for demand in problem.demands:
        pools = variables.pools(demand)
        homes = [variables.runs_in(demand, pool) for pool in pools]
        if not variables.may_split(demand):
            model.add_exactly_one(homes)
            continue
        model.add_at_least_one(homes)
        for level in LEVELS:
            parts = [variables.pods(demand, pool, level) for pool in pools]
            model.add(sum(parts) == demand.pods(level))
            for part, home in zip(parts, homes, strict=True):
                model.add(part <= demand.pods(level) * home)
        for pool, home in zip(pools, homes, strict=True):
            # a pool is a home only where at least one pod sits when all are there
            model.add(variables.pods(demand, pool, "max") >= home)
            model.add(variables.pods(demand, pool, "max") >= variables.pods(demand, pool, "min"))
