"""Gangs: all pods of a workload stand together in one zone, or on one fast network in it; or none of them runs.

Several demands may form one, as the roles of a job do that talk to each other all the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.slots import slots

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """Each has one zone of its pool; that the zone has room for it is said in `zone_room`."""
    parties: dict[str, list[Demand]] = {}
    for demand in problem.demands:
        for pool in variables.pools(demand) if demand.gang else ():
            for zone in pool.zones:
                variables.stands_in(demand, pool, zone)
        if demand.gang and demand.party:
            parties.setdefault(demand.party, []).append(demand)
    for party, members in parties.items():
        _meet(party, members, variables, model)


def _meet(party: str, members: Sequence[Demand], variables: Variables, model: CpModel) -> None:
    """All members run in the one zone that is theirs, or none does; on a fast network in one pool."""
    zones = sorted({zone for one in members for pool in variables.pools(one) for zone in pool.zones})
    theirs = {zone: model.new_bool_var(f"{party} in {zone}") for zone in zones}
    runs = model.new_bool_var(f"{party} runs")
    model.add(sum(theirs.values()) == runs)
    for one in members:
        model.add(sum(variables.runs_in(one, pool) for pool in variables.pools(one)) == one.copies * runs)
        for pool in variables.pools(one):
            for zone in pool.zones:
                model.add(variables.stands_in(one, pool, zone) <= one.copies * theirs[zone])
    fast = [one for one in members if one.gang == "network"]
    pools = sorted({pool.name: pool for one in fast for pool in variables.pools(one)}.items())
    own = {name: model.new_bool_var(f"network of {party} in {name}") for name, _ in pools}
    model.add(sum(own.values()) <= 1)
    for one in fast:
        for pool in variables.pools(one):
            model.add(variables.runs_in(one, pool) <= one.copies * own[pool.name])
