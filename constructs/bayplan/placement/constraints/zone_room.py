"""Room in a zone: who stands in one zone of a pool finds room on the nodes of that zone.

Nodes of a pool are spread evenly over its zones, the first zones first: of n nodes in z zones, zone number i (from 0)
has floor((n + z - 1 - i) / z).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.slots import slots
from bayplan.placement.terms import LEVELS

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """All that is bound to a zone, summed for each zone and each kind of room; and each workload in whole nodes."""
    bound = [demand for demand in problem.demands if demand.gang or demand.volume_zone]
    for pool in problem.pools:
        guests = [demand for demand in bound if pool in variables.pools(demand)]
        for number, zone in enumerate(pool.zones if guests else ()):
            for level in LEVELS:
                nodes = model.new_int_var(0, pool.nodes_max, f"nodes of {pool.name} in {zone} at {level}")
                model.add(len(pool.zones) * nodes <= variables.nodes(pool, level) + len(pool.zones) - 1 - number)
                standing = [(one, one.pods(level) + one.spare(level)) for one in guests]
                pods = [(one, each * variables.stands_in(one, pool, zone)) for one, each in standing]
                _fit(pods, pool, nodes, model)


def _fit(standing: list[tuple[Demand, LinearExpr]], pool: Pool, nodes: IntVar, model: CpModel) -> None:
    for kind, room in enumerate(pool.room):
        model.add(sum(demand.needs[kind] * pods for demand, pods in standing) <= room * nodes)
    for demand, pods in standing:
        model.add(pods <= slots(demand, pool) * nodes)
