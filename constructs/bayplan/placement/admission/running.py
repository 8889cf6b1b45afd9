"""Jobs that run, what they use, and who may stop them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.spec.queueing.assign import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bayplan.spec.queueing.division import Slot
    from bayplan.spec.queueing.job import Job
    from bayplan.spec.queueing.tree import Node


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Running:
    """A job that was admitted."""

    job: Job
    queue: Node
    usage: Mapping[Slot, int]
    number: int
    """Later ones have higher numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Whom the jobs of a queue may stop."""

    others: bool
    """Those of other queues that use more than their own."""
    own: bool
    """Those of its own queue that have a lower priority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a waiting job asks for, and what of it others have."""

    job: Job
    queue: Node
    asked: Mapping[Slot, int]
    short: frozenset[Slot]


def spare(queue: Node, asked: Mapping[Slot, int], stopped: list[Running], *, borrowing: bool) -> list[Running]:
    """Without those who need not go after all, the last ones first."""
    for place in range(len(stopped) - 2, -1, -1):
        add(stopped[place])
        if has_room(queue, asked, borrowing=borrowing):
            stopped[place] = stopped[-1]
            stopped.pop()
        else:
            remove(stopped[place])
    return stopped


def has_room(queue: Node, asked: Mapping[Slot, int], *, borrowing: bool) -> bool:
    """Whether a queue can have so much more now, of its own or borrowed."""
    return all(
        (borrowing or not queue.borrows_with(slot, amount)) and amount <= queue.available(slot)
        for slot, amount in asked.items()
    )


def restore(stopped: Iterable[Running]) -> None:
    """Count again what was taken out to see whether it helps."""
    for one in stopped:
        add(one)


def add(one: Running) -> None:
    """Count what a job uses."""
    for slot, amount in one.usage.items():
        one.queue.use(slot, amount)


def remove(one: Running) -> None:
    """Count it no more."""
    for slot, amount in one.usage.items():
        one.queue.free(slot, amount)


def mode_of(queue: Node, stopped: Sequence[Running]) -> Mode:
    """How a quota is had by stopping these."""
    if not stopped:
        return Mode.NOBODY_TO_STOP
    return Mode.STOP_OWN if any(one.queue is queue for one in stopped) else Mode.STOP_OTHERS
