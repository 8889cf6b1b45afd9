"""Queues as the scheduler sees them: who waits in each, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayplan.placement.admission.running import Running

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.placement.admission.nearness import Taken
    from bayplan.placement.admission.running import Rights
    from bayplan.spec.queueing.assign import Assignment
    from bayplan.spec.queueing.division import Slot
    from bayplan.spec.queueing.job import Job
    from bayplan.spec.queueing.tree import Node


@dataclass(slots=True, eq=False)
class Waiting:
    """A job in its queue."""

    job: Job
    number: int
    """Who came first has the lowest."""
    tried: tuple[int, ...] = ()
    """Where the search for flavors ended the last time."""
    cycle: int = 0
    """When that was, and how often something had been freed in its queue by then."""
    freed: int = 0
    is_first: bool = False
    """Whether it stands first whatever its priority: others were stopped for it."""

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Its place in the queue."""
        return not self.is_first, -self.job.priority, self.number


@dataclass(slots=True, eq=False)
class Line:
    """One queue with those who wait in it."""

    node: Node
    rights: Rights
    is_strict: bool
    active: list[Waiting] = field(default_factory=list)
    aside: list[Waiting] = field(default_factory=list)
    """Who cannot be admitted until something ends."""
    freed: int = 0
    """How often something has ended in it."""


@dataclass(slots=True, eq=False)
class Entry:
    """What the first of a queue would get in a cycle."""

    waiting: Waiting
    line: Line
    assignment: Assignment
    targets: list[Running]
    """Who would be stopped for it."""
    taken: Taken = ()
    """What it would take of nodes whose topology is known."""

    def running(self, usage: Mapping[Slot, int]) -> Running:
        """As if it ran, and used that."""
        waiting = self.waiting
        return Running(job=waiting.job, queue=self.line.node, usage=usage, number=waiting.number, taken=self.taken)


def held(node: Node, found: Assignment) -> dict[Slot, int]:
    """What is kept free for a job that waits and may stop nobody: within its queue's limits, what it asks for."""
    kept = {}
    for slot, amount in found.usage.items():
        cell = node.cell(slot)
        used = node.usage.get(slot, 0)
        if not found.distance:
            kept[slot] = max(0, min(amount, cell.nominal - used))
        else:
            kept[slot] = amount if cell.borrow is None else min(amount, cell.nominal + cell.borrow - used)
    return kept


def root_of(node: Node) -> Node:
    """The outermost cohort around a queue; itself where it is in none."""
    above = list(node.above())
    return above[-1] if above else node
