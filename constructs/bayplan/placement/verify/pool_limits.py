"""Nodes stay within the pool's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "pool_limits"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Pools that are missing, unknown or named twice, and node counts outside of `nodes.min` and `nodes.max`."""
    planned = [bay.pool for bay in plan.bays]
    for pool in problem.pools:
        if planned.count(pool.name) != 1:
            times = "no line" if pool.name not in planned else "several lines"
            yield Breach(rule=RULE, what=f"pool {pool.name} has {times} in the plan")
    pools = {pool.name: pool for pool in problem.pools}
    for bay in plan.bays:
        limits = pools.get(bay.pool)
        if limits is None:
            yield Breach(rule=RULE, what=f"pool {bay.pool} is planned, but the cluster has none of that name")
            continue
        for nodes in sorted({bay.nodes_min, bay.nodes_max}):
            if not limits.nodes_min <= nodes <= limits.nodes_max:
                allowed = f"{limits.nodes_min} to {limits.nodes_max}"
                yield Breach(rule=RULE, what=f"pool {bay.pool} has {nodes} nodes, {allowed} are allowed")
