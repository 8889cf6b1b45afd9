"""What a workload pays of the nodes where it runs: each pod by the resource of which it takes the largest part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.constraints import quotas

if TYPE_CHECKING:
    from bayplan.placement.demand import Demand
    from bayplan.placement.pool import Pool


def share(demand: Demand, pool: Pool, pods: int) -> int:
    """1e-4 USD per hour of these pods, as quotas count it; what nobody takes of the nodes is nobody's share."""
    return quotas.share(demand, pool) * pods
