"""Node counts that hold in every order of arrival and under every scheduler: shown by sums, without simulation.

Three arguments. Reserved room: where pods are held evenly on n nodes, a node has at most ceil(pods / n) of a workload,
so it is enough that one node has room for all those. Slots: pods that all take q of a resource, and nobody else takes
any, fit (room / q) to a node; where a node has room for that many of the largest of them besides what is reserved, none
waits. Shut nodes: a node refuses a pod only when it is nearly full, and what all pods together take fills only so many
nodes; with one more, one is always open.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from bayplan.placement.reserve import left_after_loss

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bayplan.placement.groups import Group, Guest
    from bayplan.placement.terms import Amounts


def any_order_fits(group: Group, counts: Mapping[str, int]) -> bool:
    """Whether no order whatever can leave a pod waiting; said only where it is proven."""
    guests = [guest for guest in group.guests if guest.pods]
    if not guests:
        return True
    if len(group.pools) != 1 or any(_is_particular(guest, guests) for guest in guests):
        return False
    (pool,) = group.pools
    # sums that hold on the nodes that a loss leaves hold on all of them
    nodes = left_after_loss(pool, guests, counts[pool.name])
    if nodes < 1:
        return False
    held = [guest for guest in guests if guest.even or nodes == 1]
    free = [guest for guest in guests if not guest.even and nodes > 1]
    left = _left(pool.room, held, nodes)
    if min(left) < 0:
        return False
    if not free or _have_slots(pool.room, left, free, nodes):
        return True
    return not held and _is_one_open(pool.room, free, nodes)


def _is_particular(guest: Guest, guests: Sequence[Guest]) -> bool:
    """Whether it takes not just any node that has room."""
    demand = guest.demand
    shuts_out = any(other.demand.workload in demand.apart for other in guests)
    return demand.zones == "must" or bool(guest.zone or demand.most_per_node) or shuts_out


def _left(room: Amounts, held: Iterable[Guest], nodes: int) -> list[int]:
    """What a node keeps free when it has its full share of everybody who is held evenly."""
    left = list(room)
    for guest in held:
        share = -(-guest.pods // nodes)
        for kind, need in enumerate(guest.demand.needs):
            left[kind] -= share * need
    return left


def _have_slots(room: Amounts, left: Sequence[int], free: Sequence[Guest], nodes: int) -> bool:
    for kind, whole in enumerate(room):
        needs = {guest.demand.needs[kind] for guest in free}
        if len(needs) != 1 or not max(needs) or left[kind] != whole:
            continue
        slots = whole // max(needs)
        largest = [max(amounts) for amounts in zip(*(guest.demand.needs for guest in free), strict=True)]
        fits = all(slots * need <= spare for need, spare in zip(largest, left, strict=True))
        if fits and sum(guest.pods for guest in free) <= nodes * slots:
            return True
    return False


def _is_one_open(room: Amounts, free: Sequence[Guest], nodes: int) -> bool:
    """A node refuses a pod that needs q only when more than room - q is used: others do that on so many nodes."""
    kinds = _binding(room, free)
    totals = {kind: sum(guest.pods * guest.demand.needs[kind] for guest in free) for kind in kinds}
    units = {kind: gcd(*(guest.demand.needs[kind] for guest in free)) for kind in kinds}
    for guest in free:
        shut = 0
        for kind in kinds:
            need, unit = guest.demand.needs[kind], units[kind]
            if need > room[kind]:
                return False
            if need:
                # what pods take comes in whole units, so a node is not shut before it holds the next whole one
                least = (room[kind] - need) // unit * unit + unit
                shut += (totals[kind] - need) // least
        if nodes <= shut:
            return False
    return True


def _binding(room: Amounts, free: Sequence[Guest]) -> list[int]:
    """The resources that can run out first: one is left out where every pod takes as large a share of another."""
    wanted = [kind for kind in range(len(room)) if any(guest.demand.needs[kind] for guest in free)]
    return [kind for kind in wanted if not any(_covers(room, free, other, kind) for other in wanted if other != kind)]


def _covers(room: Amounts, free: Sequence[Guest], other: int, kind: int) -> bool:
    """Whether the other always runs out before, or with, this one; of two that are alike the first is kept."""
    shares = [(guest.demand.needs[kind] * room[other], guest.demand.needs[other] * room[kind]) for guest in free]
    if any(own > others for own, others in shares):
        return False
    return other < kind or any(own < others for own, others in shares)
