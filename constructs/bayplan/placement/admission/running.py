"""Jobs that run, what they use, and who may stop them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.spec.queueing.assign import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from bayplan.placement.admission.nearness import Taken
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
    taken: Taken = ()
    """What it takes of nodes whose topology is known."""


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
    is_seated: Callable[[], bool] = lambda: True
    """Whether nodes whose topology is known have room for it now."""


def spare(wish: Wish, stopped: list[Running], *, borrowing: bool) -> list[Running]:
    """Without those who need not go after all, the last ones first."""
    for place in range(len(stopped) - 2, -1, -1):
        add(stopped[place])
        if has_room(wish, borrowing=borrowing):
            stopped[place] = stopped[-1]
            stopped.pop()
        else:
            remove(stopped[place])
    return stopped


def has_room(wish: Wish, *, borrowing: bool) -> bool:
    """Whether a job can have what it asks for now, of its queue's own or borrowed."""
    queue = wish.queue
    return wish.is_seated() and all(
        (borrowing or not queue.borrows_with(slot, amount)) and amount <= queue.available(slot)
        for slot, amount in wish.asked.items()
    )


def restore(stopped: Iterable[Running]) -> None:
    """Count again what was taken out to see whether it helps."""
    for one in stopped:
        add(one)


def use(queue: Node, usage: Mapping[Slot, int]) -> None:
    """Count some of a queue's quota as used."""
    for slot, amount in usage.items():
        queue.use(slot, amount)


def free(queue: Node, usage: Mapping[Slot, int]) -> None:
    """Count it no more."""
    for slot, amount in usage.items():
        queue.free(slot, amount)


def add(one: Running) -> None:
    """Count what a job uses."""
    use(one.queue, one.usage)
    for used, amounts in one.taken:
        for name, amount in amounts.items():
            used[name] = used.get(name, 0) + amount


def remove(one: Running) -> None:
    """Count it no more."""
    free(one.queue, one.usage)
    for used, amounts in one.taken:
        for name, amount in amounts.items():
            used[name] -= amount


@contextmanager
def without(running: Iterable[Running]) -> Iterator[None]:
    """As if these had ended."""
    gone = list(dict.fromkeys(running))
    for one in gone:
        remove(one)
    yield
    restore(gone)


def mode_of(queue: Node, stopped: Sequence[Running]) -> Mode:
    """How a quota is had by stopping these."""
    if not stopped:
        return Mode.NOBODY_TO_STOP
    return Mode.STOP_OWN if any(one.queue is queue for one in stopped) else Mode.STOP_OTHERS
