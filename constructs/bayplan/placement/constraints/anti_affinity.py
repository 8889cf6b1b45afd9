"""Anti-affinity: who must stay apart never shares a node, so that each has nodes of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.slots import slots
from bayplan.placement.terms import LEVELS

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, LinearExpr

    from bayplan.placement.problem import Demand, Level, Pool, Problem
    from bayplan.placement.variables import Variables


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """In every pool, the nodes that its pods need at least, summed over workloads that all exclude each other."""
    held = _Held(variables, model)
    for circle in circles(problem):
        for pool in problem.pools:
            guests = [demand for demand in circle if pool in variables.pools(demand)]
            for level in LEVELS if len(guests) > 1 else ():
                nodes = sum(held.nodes(demand, pool, level) for demand in guests)
                model.add(nodes <= variables.nodes(pool, level))


def circles(problem: Problem) -> list[tuple[Demand, ...]]:
    """Workloads that all exclude each other, in circles that cover every pair: the larger a circle, the more it says.

    Grown by name from each pair that no circle has yet; those of one circle hold more nodes than any pair of them.
    """
    shut = {demand.workload: set(demand.apart) for demand in problem.demands}
    for demand in problem.demands:
        for name in demand.apart:
            shut.get(name, set()).add(demand.workload)
    known: list[tuple[str, ...]] = []
    for one in sorted(shut):
        for other in sorted(shut[one] & shut.keys()):
            if one < other and not any(one in circle and other in circle for circle in known):
                known.append(_grow((one, other), shut))
    return [tuple(demand for demand in problem.demands if demand.workload in circle) for circle in known]


def _grow(circle: tuple[str, ...], shut: dict[str, set[str]]) -> tuple[str, ...]:
    for name in sorted(shut):
        if name not in circle and all(name in shut[member] for member in circle):
            circle = (*circle, name)
    return circle


class _Held:
    """Nodes that the pods of a workload need at least, where nobody else of their circle may be."""

    def __init__(self, variables: Variables, model: CpModel) -> None:
        self._variables, self._model = variables, model
        self._made: dict[tuple[str, str, Level], LinearExpr] = {}

    def nodes(self, demand: Demand, pool: Pool, level: Level) -> LinearExpr:
        key = (demand.workload, pool.name, level)
        if key not in self._made:
            fit = slots(demand, pool)
            most = -(-demand.copies * (demand.pods_max + demand.surge) // fit)
            nodes = self._model.new_int_var(0, most, f"nodes that {demand.workload} holds in {pool.name} at {level}")
            self._model.add(fit * nodes >= self._variables.seated(demand, pool, level))
            self._made[key] = nodes
        return self._made[key]
