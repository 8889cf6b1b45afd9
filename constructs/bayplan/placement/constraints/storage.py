"""Storage: a volume does not leave its zone, so its pods run there. That the zone has room is said in `zone_room`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables


def refuse(demand: Demand, pool: Pool) -> str:
    """A pool that has no nodes in the volume's zone."""
    if not demand.volume_zone or demand.volume_zone in pool.zones:
        return ""
    return f"its volume is in {demand.volume_zone}, where the pool has no nodes"


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """Who runs in a pool stands in that zone of it."""
    for demand in problem.demands:
        for pool in variables.pools(demand) if demand.volume_zone else ():
            there = variables.stands_in(demand, pool, demand.volume_zone)
            model.add(there == variables.runs_in(demand, pool))
