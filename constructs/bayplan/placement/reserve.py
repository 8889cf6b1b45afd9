"""Nodes that a pool needs by its policies alone, whatever the scheduler does: what simulation would never ask for.

Pods may well find room on fewer: on the nodes that a loss would take, in a zone that stays empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.slots import slots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.groups import Guest
    from bayplan.placement.pool import Pool


def reserve(pool: Pool, guests: Sequence[Guest]) -> int:
    """The fewest nodes with which spread, zones, survival and anti-affinity can be kept in sum."""
    here = [guest for guest in guests if guest.pods]
    wanted = [_spread(pool, guest) for guest in here if guest.demand.zones == "must"]
    wanted += [_in_zone(pool, here, zone) for zone in sorted({guest.zone for guest in here} & set(pool.zones))]
    wanted += [_with(pool, here, lost) for lost in ("node", "zone") if any(g.demand.survives == lost for g in here)]
    wanted += [_apart(pool, here, guest) for guest in here if guest.demand.apart]
    return max(wanted, default=0)


def left_after_loss(pool: Pool, guests: Sequence[Guest], nodes: int) -> int:
    """Nodes of a pool that are left at the least after all losses that somebody in it must survive."""
    parts = {guest.demand.survives for guest in guests if guest.pods}
    left = max(0, nodes - 1) if "node" in parts else nodes
    return min(left, nodes - -(-nodes // len(pool.zones))) if "zone" in parts else left


def _fill(pool: Pool, guests: Sequence[Guest]) -> int:
    """Nodes that guests need in sum, and each of them in whole pods."""
    totals = (sum(guest.pods * guest.demand.needs[kind] for guest in guests) for kind in range(len(pool.room)))
    in_sum = [-(-total // room) if room else 0 for total, room in zip(totals, pool.room, strict=True)]
    return max(*in_sum, *(_whole(pool, guest) for guest in guests))


def _whole(pool: Pool, guest: Guest) -> int:
    return -(-guest.pods // max(1, slots(guest.demand, pool)))


def _spread(pool: Pool, guest: Guest) -> int:
    zones, skew = len(pool.zones), guest.demand.zone_skew
    in_the_emptiest = max(0, -(-(guest.pods - skew * (zones - 1)) // zones))
    nodes_there = -(-in_the_emptiest // max(1, slots(guest.demand, pool)))
    return max(min(zones, -(-guest.pods // skew)), zones * nodes_there)


def _in_zone(pool: Pool, guests: Sequence[Guest], zone: str) -> int:
    """The fewest of which the zone gets enough, dealt out in turn."""
    wanted = _fill(pool, [guest for guest in guests if guest.zone == zone])
    return len(pool.zones) * (wanted - 1) + pool.zones.index(zone) + 1


def _with(pool: Pool, guests: Sequence[Guest], lost: str) -> int:
    left, zones = _fill(pool, guests), len(pool.zones)
    return left + 1 if lost == "node" else -(-left * zones // max(1, zones - 1))


def _apart(pool: Pool, guests: Sequence[Guest], guest: Guest) -> int:
    """The guest and whom it excludes: any two of these may share, so the largest of them counts."""
    others = [_whole(pool, other) for other in guests if other.demand.workload in guest.demand.apart]
    return _whole(pool, guest) + max(others, default=0)
