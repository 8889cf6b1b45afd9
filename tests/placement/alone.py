"""One rule by itself: the model that only this rule is built into, and a plan written by hand for its twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ortools.sat.python.cp_model import FEASIBLE, OPTIMAL, CpModel, CpSolver

from bayplan.placement.plan import Bay, Plan, Seat
from bayplan.placement.problem import LEVELS
from bayplan.placement.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.placement.constraints import Rule
    from bayplan.placement.problem import Problem
    from bayplan.placement.verify import Twin

Nodes = tuple[int, int]
"""Nodes of a pool at the minimum and at the maximum load."""


def possible(
    rule: Rule,
    question: Problem,
    nodes: Mapping[str, Nodes],
    homes: Mapping[str, tuple[str, ...]] | None = None,
    *,
    zones: Mapping[str, str] | None = None,
    pods: Mapping[str, Nodes] | None = None,
) -> bool:
    """Whether this rule alone allows these nodes, with each workload in just the named pools (by default the first).

    The seats are fixed, since a rule alone seats nobody: it would be content with an empty cluster. `zones` are those
    that workloads stand in, `pods` the numbers of those whose number is decided, at both ends of the load.
    """
    model = CpModel()
    variables = Variables(question, model)
    rule.build(question, variables, model)
    for pool in question.pools:
        for level, count in zip(LEVELS, nodes[pool.name], strict=True):
            model.add(variables.nodes(pool, level) == count)
    for demand in question.demands:
        named = (homes or {}).get(demand.workload, (question.pools[0].name,))
        for pool in variables.pools(demand):
            model.add(variables.runs_in(demand, pool) == (pool.name in named))
            if pool.name in named and demand.workload in (zones or {}):
                model.add(variables.stands_in(demand, pool, (zones or {})[demand.workload]) == 1)
            for level, count in zip(LEVELS, (pods or {}).get(demand.workload, ()), strict=False):
                model.add(variables.pods(demand, pool, level) == (count if pool.name in named else 0))
    return CpSolver().solve(model) in (OPTIMAL, FEASIBLE)


def plan(
    question: Problem,
    nodes: Mapping[str, Nodes],
    homes: Mapping[str, str] | None = None,
    *,
    zones: Mapping[str, str] | None = None,
    pods: Mapping[str, Nodes] | None = None,
) -> Plan:
    """A plan with these nodes, each workload whole in one pool (by default the first), at the price that follows.

    Who has "" as its home has no seat.
    """
    seats = []
    for demand in question.demands:
        home = (homes or {}).get(demand.workload, question.pools[0].name)
        low, high = (pods or {}).get(demand.workload, (demand.pods_min, demand.pods_max))
        zone = (zones or {}).get(demand.workload, "")
        if home:
            seats.append(Seat(workload=demand.workload, pool=home, pods_min=low, pods_max=high, zone=zone))
    low, high = (sum(nodes[pool.name][end] * pool.e4_usd_per_hour for pool in question.pools) for end in (0, 1))
    return Plan(
        cluster=question.cluster,
        seats=tuple(sorted(seats)),
        bays=tuple(
            Bay(pool=pool.name, nodes_min=nodes[pool.name][0], nodes_max=nodes[pool.name][1]) for pool in question.pools
        ),
        cost_min_e4_usd_per_hour=low,
        cost_max_e4_usd_per_hour=high,
        bound_min_e4_usd_per_hour=0,
    )


def told(twin: Twin, question: Problem, decided: Plan) -> list[str]:
    """What the twin says of a plan."""
    return [breach.what for breach in twin.breaches(question, decided)]
