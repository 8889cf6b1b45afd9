"""Gangs: all pods of a workload stand together in one zone, or on one fast network in it; or none of them runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.slots import slots

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables


def refuse(demand: Demand, pool: Pool) -> str:
    """A pool without a fast network, for who talks over one; and one whose largest zone is too small for all."""
    if not demand.gang:
        return ""
    if demand.gang == "network" and not pool.network:
        return "its nodes share no fast network"
    in_zone = -(-pool.nodes_max // len(pool.zones))
    pods, held = demand.pods_max + demand.surge, slots(demand, pool) * in_zone
    if 0 < held < pods:
        return f"all pods stand in one zone, where {in_zone} of its nodes take {held} of the {pods}"
    return ""


def build(problem: Problem, variables: Variables, _model: CpModel) -> None:
    """Each has one zone of its pool; that the zone has room for it is said in `zone_room`."""
    for demand in problem.demands:
        for pool in variables.pools(demand) if demand.gang else ():
            for zone in pool.zones:
                variables.stands_in(demand, pool, zone)
