"""Quotas as Kueue adds them up: a tree of queues and cohorts, in which what one leaves unused others may take.

Read in Kueue 0.19.2, pkg/cache/scheduler/resource_node.go.

Source: <https://kueue.sigs.k8s.io/docs/concepts/cohort/>
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayplan.spec.queueing.share import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.spec.queueing.division import Slot
    from bayplan.spec.queueing.share import Share

_NOTHING = Cell()
_OPEN = Cell(borrow=None)
"""Of cohorts: what they have nothing of themselves they may still pass on."""


@dataclass(slots=True, eq=False)
class Node:
    """A queue or a cohort."""

    name: str
    cells: Mapping[Slot, Cell]
    flavors: tuple[str, ...] = ()
    """Of a queue, in the order in which they are tried."""
    covered: frozenset[str] = frozenset()
    """Resources of which a queue has any at all; it takes no job that asks for another."""
    weight: int = 1
    """Its share of what is borrowed, where sharing is fair."""
    is_cohort: bool = False
    stops_to_borrow: bool = False
    """Whether jobs of others may be stopped for what this queue would borrow, too."""
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    subtree: dict[Slot, int] = field(default_factory=dict)
    """Its own quota, and what those within it lend."""
    usage: dict[Slot, int] = field(default_factory=dict)

    def cell(self, slot: Slot) -> Cell:
        """Its own quota of something."""
        return self.cells.get(slot, _OPEN if self.children else _NOTHING)

    def kept(self, slot: Slot) -> int:
        """What it never lends."""
        lend = self.cell(slot).lend
        return 0 if lend is None else max(0, self.subtree.get(slot, 0) - lend)

    def kept_free(self, slot: Slot) -> int:
        """What of that is unused."""
        return max(0, self.kept(slot) - self.usage.get(slot, 0))

    def available(self, slot: Slot) -> int:
        """What is left for it: of its own, and of what others leave it."""
        if self.parent is None:
            return self.subtree.get(slot, 0) - self.usage.get(slot, 0)
        there, borrow = self.parent.available(slot), self.cell(slot).borrow
        if borrow is not None:
            kept = self.kept(slot)
            stored = self.subtree.get(slot, 0) - kept
            used = max(0, self.usage.get(slot, 0) - kept)
            there = min(stored - used + borrow, there)
        return self.kept_free(slot) + there

    def capacity(self, slot: Slot) -> int:
        """What it could have at the most, if nobody used anything."""
        if self.parent is None:
            return self.subtree.get(slot, 0)
        most, borrow = self.kept(slot) + self.parent.capacity(slot), self.cell(slot).borrow
        return most if borrow is None else min(self.subtree.get(slot, 0) + borrow, most)

    def use(self, slot: Slot, amount: int) -> None:
        """Take something; what it does not keep for itself is taken from the cohort."""
        beyond = amount - self.kept_free(slot)
        self.usage[slot] = self.usage.get(slot, 0) + amount
        if self.parent and beyond > 0:
            self.parent.use(slot, beyond)

    def free(self, slot: Slot, amount: int) -> None:
        """Give something back."""
        stored = self.usage.get(slot, 0) - self.kept(slot)
        self.usage[slot] = self.usage.get(slot, 0) - amount
        if self.parent and stored > 0:
            self.parent.free(slot, min(amount, stored))

    def borrows_with(self, slot: Slot, amount: int) -> bool:
        """Whether so much more would be beyond its own."""
        return self.subtree.get(slot, 0) < self.usage.get(slot, 0) + amount

    def reach(self, slot: Slot, amount: int) -> tuple[int, bool]:
        """How far away the quota is that so much more would take, 0 for its own, higher for wider cohorts; and whether
        that is not the whole tree, so that others may have to give it back."""
        if self.parent is None or not self.borrows_with(slot, amount):
            return 0, self.parent is not None
        left, last = amount - self.kept_free(slot), self.parent
        for node in self.above():
            if not node.borrows_with(slot, left):
                return node.height, node.parent is not None
            left -= node.kept_free(slot)
            last = node
        return last.height, False

    def above(self) -> Iterator[Node]:
        """The cohorts around it, from the inside."""
        node = self.parent
        while node:
            yield node
            node = node.parent

    @property
    def height(self) -> int:
        """Cohorts within each other, counted from the queues."""
        return max([1 if self.children else 0, *(one.height + 1 for one in self.children if one.children)])


def grow(
    shares: Mapping[str, Share], cohorts: Mapping[str, Share], covered: Mapping[str, Iterable[str]]
) -> dict[str, Node]:
    """The queues by their team, each in its cohort, with nothing used; `covered` are the resources of each."""
    above = {
        name: Node(name, share.cells, weight=share.cohort.weight if share.cohort else 1, is_cohort=True)
        for name, share in cohorts.items()
    }
    for name, share in cohorts.items():
        within = share.cohort.within if share.cohort else None
        if within:
            _join(above[name], above[within])
    queues = {}
    for team, share in shares.items():
        flavors = tuple(one.name for one in share.flavors)
        weight = share.queue.weight if share.queue else 1
        queues[team] = Node(team, share.cells, flavors=flavors, covered=frozenset(covered[team]), weight=weight)
        if share.queue:
            _join(queues[team], above[share.queue.cohort])
    for root in above.values():
        if root.parent is None:
            _add_up(root)
    return queues


def _join(node: Node, parent: Node) -> None:
    node.parent = parent
    parent.children.append(node)


def _add_up(node: Node) -> None:
    node.subtree = {slot: cell.nominal for slot, cell in node.cells.items()}
    for child in node.children:
        _add_up(child)
        for slot, amount in child.subtree.items():
            node.subtree[slot] = node.subtree.get(slot, 0) + amount - child.kept(slot)
