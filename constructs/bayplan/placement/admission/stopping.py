"""Which running jobs would be stopped for a waiting one.

Kueue's classical preemption as our queues are set up: nobody is stopped for what is borrowed. Read in Kueue 0.19.2,
pkg/scheduler/preemption.

Source: <https://kueue.sigs.k8s.io/docs/concepts/preemption/>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.placement.admission.running import has_room, remove, restore, spare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bayplan.placement.admission.running import Rights, Running, Wish
    from bayplan.spec.queueing.division import Slot
    from bayplan.spec.queueing.tree import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    running: Running
    meets: Node | None
    """The innermost cohort of both queues; None in the same queue."""
    is_nearer: bool
    """Whether the waiting job stands nearer to the quota."""


def victims(wish: Wish, running: Sequence[Running], rights: Rights) -> list[Running]:
    """The running jobs that would be stopped so that a job gets what it asks for; none where that does not help."""
    found = list(_candidates(wish, [one for one in running if wish.short & one.usage.keys()], rights))
    found.sort(key=lambda one: _order(one, wish.queue))
    others = [one for one in found if one.meets]
    under = all(wish.queue.cell(slot).nominal > wish.queue.usage.get(slot, 0) for slot in wish.short)
    if not others or not under:
        attempts: tuple[bool, ...] = (True,)
    elif not any(one.is_nearer for one in others):
        attempts = (False, True)
    else:
        attempts = (True, False)
    for borrowing in attempts:
        stopped = _attempt(wish, found, borrowing=borrowing)
        if stopped:
            return stopped
    return []


def _order(one: _Candidate, queue: Node) -> tuple[int, int, int]:
    """Other queues before the own, those who are nearest to lose first; then low priorities, then the newest."""
    sort = 2 if one.running.queue is queue else 0 if one.is_nearer else 1
    return sort, one.running.job.priority, -one.running.number


def _candidates(wish: Wish, users: Sequence[Running], rights: Rights) -> Iterator[_Candidate]:
    queue = wish.queue
    if rights.own:
        for one in users:
            if one.queue is queue and one.job.priority < wish.job.priority:
                yield _Candidate(running=one, meets=None, is_nearer=False)
    if not rights.others:
        return
    nearer, left, last = _fits(queue, wish.asked), _remaining(queue, wish.asked), queue
    for cohort in queue.above():
        inside = _over(cohort, last, wish.short)
        for one in users:
            if one.queue in inside and one.queue is not queue:
                yield _Candidate(running=one, meets=cohort, is_nearer=nearer)
        fits = _fits(cohort, left)
        left = _remaining(cohort, left)
        nearer, last = nearer or fits, cohort


def _over(cohort: Node, skipped: Node, wanted: frozenset[Slot]) -> list[Node]:
    """Queues below a cohort that use more than their own, as all cohorts between do."""
    found = []
    for child in cohort.children:
        if child is not skipped and not _is_within(child, wanted):
            found += _over(child, skipped, wanted) if child.children else [child]
    return found


def _is_within(node: Node, wanted: Iterable[Slot]) -> bool:
    return all(node.subtree.get(slot, 0) >= node.usage.get(slot, 0) for slot in wanted)


def _fits(node: Node, asked: Mapping[Slot, int]) -> bool:
    return all(node.subtree.get(slot, 0) >= node.usage.get(slot, 0) + amount for slot, amount in asked.items())


def _remaining(node: Node, asked: Mapping[Slot, int]) -> dict[Slot, int]:
    return {slot: max(0, amount - node.kept_free(slot)) for slot, amount in asked.items()}


def _attempt(wish: Wish, found: Sequence[_Candidate], *, borrowing: bool) -> list[Running]:
    stopped: list[Running] = []
    for one in found:
        if not _may_go(one, wish.short, borrowing=borrowing):
            continue
        remove(one.running)
        stopped.append(one.running)
        if has_room(wish, borrowing=borrowing):
            stopped = spare(wish, stopped, borrowing=borrowing)
            restore(stopped)
            return stopped
    restore(stopped)
    return []


def _may_go(one: _Candidate, wanted: frozenset[Slot], *, borrowing: bool) -> bool:
    if one.meets is None:
        return True
    if (borrowing and not one.is_nearer) or _is_within(one.running.queue, wanted):
        return False
    for cohort in one.running.queue.above():
        if cohort is one.meets:
            return True
        if _is_within(cohort, wanted):
            return False
    return True
