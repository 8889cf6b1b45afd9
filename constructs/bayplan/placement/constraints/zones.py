"""Zones: who must be spread over them needs a pool that stands in several, with a node in each that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.slots import slots

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables


def refuse(demand: Demand, pool: Pool) -> str:
    """A pool in one zone cannot keep replicas apart by zone."""
    if demand.zones == "must" and demand.pods_max > 1 and len(pool.zones) == 1:
        return f"it stands in {pool.zones[0]} only, and the replicas must be spread over zones"
    return ""


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """As many nodes as there are zones to use, and in each room for the pods that no other zone may take.

    Nodes are spread evenly, so the smallest zone of n nodes in z has floor(n / z). No zone has more than `zone_skew`
    pods above the emptiest: of P pods that one has at least (P - skew x (z - 1)) / z.
    """
    for demand in problem.demands:
        if demand.zones != "must":
            continue
        for pool in variables.pools(demand):
            for level in LEVELS:
                wanted = _least_nodes(demand, pool, demand.pods(level) + demand.spare(level))
                model.add(variables.nodes(pool, level) >= wanted * variables.is_home(demand, pool))


def _least_nodes(demand: Demand, pool: Pool, pods: int) -> int:
    zones, skew = len(pool.zones), demand.zone_skew
    used = min(zones, -(-pods // skew))
    in_the_emptiest = max(0, -(-(pods - skew * (zones - 1)) // zones))
    return max(used, zones * -(-in_the_emptiest // slots(demand, pool)))
