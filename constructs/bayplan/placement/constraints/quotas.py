"""Quotas: what the pods of a team, or all nodes of the cluster, may take at the maximum load.

A team pays its share of the nodes where its pods run: each pod the price of a node times the largest share that it
takes of one, rounded up. So nobody's bill depends on the neighbours, and the sum is linear in the pods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """Accelerators as Kubernetes counts them, and money; pods with the surge of a rollout."""
    for quota in problem.quotas:
        team = [
            (demand, pool, variables.seated(demand, pool, "max"))
            for demand in problem.demands
            if quota.team in ("", demand.team)
            for pool in variables.pools(demand)
        ]
        if quota.accelerators is not None:
            model.add(sum(demand.accelerators * pods for demand, _, pods in team) <= quota.accelerators)
        if quota.e4_usd_per_hour is None:
            continue
        if quota.team:
            spent = sum(share(demand, pool) * pods for demand, pool, pods in team)
        else:
            spent = sum(pool.e4_usd_per_hour * variables.nodes(pool, "max") for pool in problem.pools)
        model.add(spent <= quota.e4_usd_per_hour)


def share(demand: Demand, pool: Pool) -> int:
    """What one pod costs its team in a pool, in 1e-4 USD per hour."""
    pairs = zip(demand.needs, pool.room, strict=True)
    return max(-(-pool.e4_usd_per_hour * need // room) for need, room in pairs if need)
