"""The nodes on which a group of pools is simulated, before anybody has arrived."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from bayplan.placement.scheduler import Node

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.placement.groups import Group


def build(group: Group, counts: Mapping[str, int]) -> list[Node]:
    """So many nodes of every pool, dealt out to its zones in turn."""
    return [
        Node(pool=pool.name, zone=zone, room=pool.room, used=(0,) * len(pool.room))
        for pool in group.pools
        for _, zone in zip(range(counts[pool.name]), cycle(pool.zones), strict=False)
    ]


def open_to(group: Group, nodes: Sequence[Node]) -> dict[str, Sequence[Node]]:
    """For every workload the nodes that its pods' affinity allows."""
    return {guest.demand.workload: [node for node in nodes if guest.may_use(node)] for guest in group.guests}
