"""How Karpenter makes nodes of one type: the largest pods first, each into the open node with the fewest pods.

A new node is opened only when the pod fits into none that is open. Source: Scheduler.add and queue.go in
https://github.com/kubernetes-sigs/karpenter/tree/v1.15.0/pkg/controllers/provisioning/scheduling
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bayplan.placement.groups import Group, Guest
    from bayplan.placement.terms import Amounts


def claimed(group: Group) -> int | None:
    """Nodes that are opened for a pool; None where guests ask for more than room, or may go to several pools."""
    if len(group.pools) != 1 or not all(map(_is_plain, group.guests)):
        return None
    return claim(group.pools[0].room, [(guest.demand.needs, guest.pods) for guest in group.guests])


def _is_plain(guest: Guest) -> bool:
    demand = guest.demand
    asks = (guest.even, guest.zone, demand.survives, demand.most_per_node, demand.apart, demand.gang)
    return not any(asks) and demand.zones != "must"


def claim(room: Amounts, runs: Iterable[tuple[Amounts, int]]) -> int:
    """Nodes that are opened for runs of equal pods: the needs of one, and how many there are.

    It keeps its nodes in a list that is sorted, stably up to twelve, by their pods before each: of nodes with equally
    many the one that got a pod last comes first, and a new one last.
    """
    left: list[list[int]] = []
    held: list[int] = []
    rank: list[int] = []
    turn = 0
    for needs, pods in sorted(runs, key=lambda run: (-run[0][0], -run[0][1], run)):
        wanted = [(kind, need) for kind, need in enumerate(needs) if need]
        queue = [
            (held[at], rank[at], at) for at, free in enumerate(left) if all(free[kind] >= need for kind, need in wanted)
        ]
        heapq.heapify(queue)
        for _ in range(pods):
            turn += 1
            if not queue:
                left.append(list(room))
                held.append(0)
                rank.append(turn)
                queue.append((0, turn, len(left) - 1))
            count, _, at = queue[0]
            held[at] = count + 1
            rank[at] = -turn if count else turn
            if _take(left[at], wanted):
                heapq.heapreplace(queue, (count + 1, rank[at], at))
            else:
                heapq.heappop(queue)
    return len(left)


def _take(free: list[int], wanted: Sequence[tuple[int, int]]) -> bool:
    """Whether another of them would fit afterwards."""
    more = True
    for kind, need in wanted:
        free[kind] -= need
        more = more and free[kind] >= need
    return more
