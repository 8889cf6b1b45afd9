"""Nodes stay within the pool's limits."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Bay, Plan
    from bayplan.placement.problem import Problem

RULE = "pool_limits"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Pools that are missing, unknown or named twice, and node counts outside of `nodes.min` and `nodes.max`."""
    planned = Counter(bay.pool for bay in plan.bays)
    for pool in problem.pools:
        if planned[pool.name] != 1:
            times = "no line" if pool.name not in planned else "several lines"
            yield Breach(rule=RULE, what=f"pool {pool.name} has {times} in the plan")
    limits = {pool.name: pool.limits for pool in problem.pools}
    for bay in plan.bays:
        if bay.pool not in limits:
            yield Breach(rule=RULE, what=f"pool {bay.pool} is planned, but the cluster has none of that name")
        if bay.nodes_min < 0:
            yield Breach(rule=RULE, what=f"pool {bay.pool} has {bay.nodes_min} nodes")
    together: dict[str, list[Bay]] = {}
    for bay in plan.bays:
        together.setdefault(limits.get(bay.pool, ""), []).append(bay)
    for name, pools in problem.families.items():
        bays = together.get(name, [])
        for nodes in sorted({sum(bay.nodes_min for bay in bays), sum(bay.nodes_max for bay in bays)}):
            if not pools[0].nodes_min <= nodes <= pools[0].nodes_max:
                allowed = f"{pools[0].nodes_min} to {pools[0].nodes_max}"
                yield Breach(rule=RULE, what=f"pool {name} has {nodes} nodes, {allowed} are allowed")
