"""Nodes while they fill: what is free on each, and the bundles that it has taken."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from bayplan.placement.sharing.seating import Filling

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.placement.sharing.fluid import Column
    from bayplan.placement.sharing.question import Bundle, Question


@dataclass(slots=True, kw_only=True)
class Node:
    """One node."""

    host: int
    room: list[int]
    accelerators: int
    bundles: list[Bundle] = field(default_factory=list)

    def fits(self, bundle: Bundle, needs: tuple[int, ...]) -> bool:
        """Whether there is room for a bundle with these needs."""
        return bundle[0] <= self.accelerators and all(need <= room for need, room in zip(needs, self.room, strict=True))

    def take(self, bundle: Bundle, needs: tuple[int, ...]) -> None:
        """Seat a bundle."""
        self.bundles.append(bundle)
        self.accelerators -= bundle[0]
        self.room = [room - need for room, need in zip(self.room, needs, strict=True)]

    def drop(self, bundle: Bundle, needs: tuple[int, ...]) -> None:
        """Let a bundle go."""
        self.bundles.remove(bundle)
        self.accelerators += bundle[0]
        self.room = [room + need for room, need in zip(self.room, needs, strict=True)]


def empty_nodes(question: Question) -> list[Node]:
    """All nodes, with nobody on them."""
    return [
        Node(host=position, room=list(host.room), accelerators=host.accelerators)
        for position, host in enumerate(question.hosts)
        for _ in range(host.nodes)
    ]


def copied(nodes: Iterable[Node]) -> list[Node]:
    """Nodes that can be changed while these stay."""
    return [replace(node, room=list(node.room), bundles=list(node.bundles)) for node in nodes]


def left_of(question: Question, nodes: Iterable[Node]) -> list[int]:
    """Pods of each claim that sit nowhere."""
    left = [claim.count for claim in question.claims]
    for node in nodes:
        for _, pods in node.bundles:
            for claim, count in pods:
                left[claim] -= count
    return left


def fill(question: Question, nodes: list[Node], amounts: dict[Column, int]) -> list[Bundle]:
    """Seat bundles on nodes of their hosts, the largest first, each where most is left; return those without room."""
    homes: dict[int, list[Node]] = {}
    for node in nodes:
        homes.setdefault(node.host, []).append(node)
    without: list[Bundle] = []
    for host, bundle in sorted(amounts, key=lambda column: _size(question, column)):
        without += _spread(question, homes.get(host, []), bundle, amounts[host, bundle])
    return without


def _size(question: Question, column: Column) -> tuple[int, int, float, Bundle]:
    """Hosts one by one; then wide bundles, which find no place later; then what takes most of any kind of room."""
    host, bundle = column
    pairs = zip(question.needs(bundle), question.hosts[host].room, strict=True)
    return (host, -bundle[0], -max(need / room for need, room in pairs if room), bundle)


def _spread(question: Question, nodes: list[Node], bundle: Bundle, count: int) -> list[Bundle]:
    """Equal bundles, each on the node that has most left after it."""
    needs = question.needs(bundle)
    waiting = [
        (_fullness(question, node, needs), place) for place, node in enumerate(nodes) if node.fits(bundle, needs)
    ]
    heapify(waiting)
    while count and waiting:
        _, place = heappop(waiting)
        nodes[place].take(bundle, needs)
        count -= 1
        if nodes[place].fits(bundle, needs):
            heappush(waiting, (_fullness(question, nodes[place], needs), place))
    return [bundle] * count


def _fullness(question: Question, node: Node, needs: tuple[int, ...]) -> float:
    """How full the scarcest room of a node would be."""
    whole = question.hosts[node.host].room
    return max(
        (1 - (left - need) / room for left, need, room in zip(node.room, needs, whole, strict=True) if room),
        default=0.0,
    )


def fillings(nodes: Iterable[Node]) -> tuple[Filling, ...]:
    """Nodes that are filled alike, together."""
    counted = Counter((node.host, tuple(sorted(node.bundles))) for node in nodes if node.bundles)
    return tuple(Filling(host=host, bundles=bundles, nodes=count) for (host, bundles), count in sorted(counted.items()))
