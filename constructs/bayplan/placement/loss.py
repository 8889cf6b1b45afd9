"""The loss of a node or a zone, simulated: what was lost is seated anew, beside the pods that stay where they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.placement.empty_nodes import open_to
from bayplan.placement.scheduler import seat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.placement.dice import Dice
    from bayplan.placement.groups import Group
    from bayplan.placement.problem import Demand, Scheduler
    from bayplan.placement.scheduler import Node


def unseated(group: Group, nodes: Sequence[Node], scheduler: Scheduler, dice: Dice) -> tuple[Demand, str] | None:
    """A pod that finds no node after a loss that somebody in its pool must survive, and the loss; None for none.

    Pods that may run in one zone only are lost with it: nobody promised them otherwise.
    """
    for name, lost in _losses(group, nodes):
        left = [replace(node, held=dict(node.held)) for node in nodes if not any(node is other for other in lost)]
        allowed = open_to(group, left)
        again = [
            guest.as_seen
            for guest in group.guests
            if not guest.zone or allowed[guest.demand.workload]
            for node in lost
            for _ in range(node.held.get(guest.demand.workload, 0))
        ]
        looking = {pod.workload: allowed[pod.workload] for pod in again}
        stays = seat(again, looking, scheduler, dice)
        if stays is not None:
            return stays, name
    return None


def _losses(group: Group, nodes: Sequence[Node]) -> Iterator[tuple[str, list[Node]]]:
    """Every loss once: nodes of a pool and zone that hold the same pods are lost alike."""
    for pool in group.pools:
        parts = {guest.demand.survives for guest in group.guests if guest.pods and pool.name in guest.pools}
        here = [node for node in nodes if node.pool == pool.name]
        if "node" in parts:
            alike = {(node.zone, tuple(sorted(node.held.items()))): node for node in here if node.held}
            for _, node in sorted(alike.items()):
                yield f"a node of {pool.name}", [node]
        for zone in pool.zones if "zone" in parts else ():
            yield f"zone {zone} of {pool.name}", [node for node in here if node.zone == zone]
