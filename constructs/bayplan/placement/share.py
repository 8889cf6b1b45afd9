"""What a workload pays of the nodes where it runs: by the resource of which its pods take the largest part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.placement.demand import Demand
    from bayplan.placement.pool import Pool
    from bayplan.placement.terms import Amounts


def share(demand: Demand, pool: Pool, pods: int) -> int:
    """1e-4 USD per hour of these pods, rounded up; what nobody takes of the nodes is nobody's share."""
    kind = dominant(demand.needs, pool.room)
    return -(-pool.e4_usd_per_hour * demand.needs[kind] * pods // max(pool.room[kind], 1))


def dominant(amounts: Amounts, room: Amounts) -> int:
    """The place in `Amounts` of which the largest part of the room is taken; the first of equals."""
    kinds = [kind for kind, size in enumerate(room) if size]
    return max(kinds, key=lambda kind: (amounts[kind] * 10**6 // room[kind], -kind), default=0)
