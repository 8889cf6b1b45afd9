"""What a workload pays of the nodes where it runs: each pod by the resource of which it takes the largest part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.constraints import quotas

if TYPE_CHECKING:
    from bayplan.placement.demand import Demand
    from bayplan.placement.pool import Pool
    from bayplan.placement.terms import Amounts


def share(demand: Demand, pool: Pool, pods: int) -> int:
    """1e-4 USD per hour of these pods, as quotas count it; what nobody takes of the nodes is nobody's share."""
    return quotas.share(demand, pool) * pods


def dominant(amounts: Amounts, room: Amounts) -> int:
    """The place in `Amounts` of which the largest part of the room is taken; the first of equals."""
    kinds = [kind for kind, size in enumerate(room) if size]
    return max(kinds, key=lambda kind: (amounts[kind] * 10**6 // room[kind], -kind), default=0)
