"""What a pod of each shape costs at least, where nodes could be bought by the slice: the prices of a linear program."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]  # it has no types

from bayplan.placement.berths.cargo import alike
from bayplan.placement.constraints import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.placement.problem import Demand, Pool, Problem

MOST_A_NODE = 8
"""Pods so large that at most so many share a node are counted as well as poured."""


def value(problem: Problem, demands: Sequence[Demand]) -> list[int]:
    """For each demand what all its pods cost at least, in 1e-4 USD per hour."""
    shapes = [_shape(demand) for demand in demands]
    pods: Counter[Demand] = Counter()
    for shape, demand in zip(shapes, demands, strict=True):
        pods[shape] += demand.pods_max + demand.surge
    prices = _prices(problem, pods)
    return [
        round(prices[shape] * (demand.pods_max + demand.surge)) for shape, demand in zip(shapes, demands, strict=True)
    ]


def _shape(demand: Demand) -> Demand:
    """What pods have in common: all but names and numbers."""
    return replace(demand, workload="", pods_min=0, pods_max=0, surge=0, team="", file="", line=0)


def _prices(problem: Problem, pods: Mapping[Demand, int]) -> dict[Demand, float]:
    kinds = alike(problem)
    solver = pywraplp.Solver.CreateSolver("GLOP")
    nodes = [solver.NumVar(0, solver.infinity(), "") for _ in kinds]
    guests: dict[int, list[tuple[Demand, pywraplp.Variable]]] = defaultdict(list)
    rows = {}
    for shape, count in pods.items():
        there = [kind for kind, pools in enumerate(kinds) if not refusals(shape, pools[0])]
        parts = [solver.NumVar(0, solver.infinity(), "") for _ in there]
        rows[shape] = solver.Add(solver.Sum(parts) >= count)
        for kind, part in zip(there, parts, strict=True):
            guests[kind].append((shape, part))
    for kind, pools in enumerate(kinds):
        _limit(solver, pools[0], nodes[kind], guests[kind])
    solver.Minimize(solver.Sum([pools[0].e4_usd_per_hour * nodes[kind] for kind, pools in enumerate(kinds)]))
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return dict.fromkeys(pods, 1.0)
    return {shape: row.dual_value() for shape, row in rows.items()}


def _limit(
    solver: pywraplp.Solver,
    pool: Pool,
    nodes: pywraplp.Variable,
    guests: Sequence[tuple[Demand, pywraplp.Variable]],
) -> None:
    for kind, room in enumerate(pool.room):
        if not room:
            continue
        solver.Add(solver.Sum([shape.needs[kind] * part for shape, part in guests]) <= room * nodes)
        members = 0
        for most in range(1, MOST_A_NODE + 1):
            large = [part for shape, part in guests if shape.needs[kind] * (most + 1) > room]
            if len(large) > members:
                solver.Add(solver.Sum(large) <= most * nodes)
            members = len(large)
