"""Survival: after the loss of any one node, or of any one zone, all pods of the pool still find room on what is left.

All pods of the pool, not only those of who asked: what was lost is seated anew beside the others, whoever comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.slots import slots
from bayplan.placement.terms import LEVELS

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

    from bayplan.placement.problem import Demand, Level, Pool, Problem
    from bayplan.placement.terms import Part
    from bayplan.placement.variables import Variables

    Guests = list[tuple[Demand, LinearExpr]]


def refuse(demand: Demand, pool: Pool) -> str:
    """A pool with nothing left after the loss."""
    if demand.survives == "zone" and len(pool.zones) == 1:
        return f"it stands in {pool.zones[0]} only, whose loss nothing there survives"
    if demand.survives and pool.nodes_max == 1:
        return "it has one node at the most, whose loss nothing there survives"
    return ""


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """Where somebody sits who must survive, sums hold on the nodes that a loss leaves, and so do whole nodes."""
    parts: tuple[Part, ...] = ("node", "zone")
    for pool in problem.pools:
        for part in parts:
            asking = [d for d in problem.demands if d.survives == part and pool in variables.pools(d)]
            if not asking:
                continue
            needed = model.new_bool_var(f"{pool.name} survives the loss of a {part}")
            for demand in asking:
                model.add(needed >= variables.is_home(demand, pool))
            for level in LEVELS:
                left = _left(pool, part, level, variables, model)
                _hold(variables.guests(pool, level), pool, left, needed, model)


def _left(pool: Pool, part: Part, level: Level, variables: Variables, model: CpModel) -> IntVar:
    """Nodes at the least after the loss: of n in z zones, the largest zone has ceil(n / z)."""
    nodes = variables.nodes(pool, level)
    left = model.new_int_var(0, pool.nodes_max, f"nodes of {pool.name} after a lost {part} at {level}")
    if part == "node":
        # without nodes there is nothing to lose
        model.add_max_equality(left, [nodes - 1, 0])
    else:
        model.add(len(pool.zones) * left <= (len(pool.zones) - 1) * nodes)
    return left


def _hold(guests: Guests, pool: Pool, left: IntVar, needed: IntVar, model: CpModel) -> None:
    for kind, room in enumerate(pool.room):
        taken = sum(demand.needs[kind] * pods for demand, pods in guests if demand.needs[kind])
        model.add(taken <= room * left).only_enforce_if(needed)
    for demand, pods in guests:
        model.add(pods <= slots(demand, pool) * left).only_enforce_if(needed)
