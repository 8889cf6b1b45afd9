"""How many pods of one workload a node takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.placement.demand import Demand
    from bayplan.placement.pool import Pool


def slots(demand: Demand, pool: Pool) -> int:
    """Pods of a workload on one node when nobody else is there; 0 where not even one fits."""
    fit = min(room // need for room, need in zip(pool.room, demand.needs, strict=True) if need)
    return min(fit, demand.most_per_node or fit)
