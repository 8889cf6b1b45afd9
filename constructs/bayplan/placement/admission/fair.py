"""Who is stopped where sharing is fair: whoever has borrowed most for its weight, as long as that evens things out.

Read in Kueue 0.19.2, pkg/scheduler/preemption.

Source: <https://kueue.sigs.k8s.io/docs/concepts/preemption/#fair-sharing>
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayplan.placement.admission.running import add, free, has_room, remove, restore, spare, use
from bayplan.placement.admission.shares import borrows, share_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.placement.admission.running import Rights, Running, Wish
    from bayplan.spec.queueing.tree import Node

_BELOW_ALL = -1.0
"""Less than any share."""


def victims(wish: Wish, running: Sequence[Running], rights: Rights) -> list[Running]:
    """The running jobs that would be stopped so that a job gets what it asks for; none where that does not help.

    Queues within their own take back without asking for shares. Else a job is stopped where its queue still has the
    larger share without it, and if that does not do, where it had the larger share before.
    """
    found = sorted(_candidates(wish, running, rights), key=lambda one: _order(one, wish.queue))
    if not found:
        return []
    use(wish.queue, wish.asked)
    fits, stopped, spared = _by_final_share(wish, found)
    if not fits:
        fits, stopped = _by_first_share(wish, spared, stopped)
    free(wish.queue, wish.asked)
    if fits:
        stopped = spare(wish, stopped, borrowing=True)
    restore(stopped)
    return stopped if fits else []


def _order(one: Running, queue: Node) -> tuple[bool, int, int]:
    return one.queue is queue, one.job.priority, -one.number


def _candidates(wish: Wish, running: Sequence[Running], rights: Rights) -> Iterator[Running]:
    for one in running:
        if wish.short & one.usage.keys():
            if one.queue is wish.queue:
                if rights.own and one.job.priority < wish.job.priority:
                    yield one
            elif rights.others and _shares_root(one.queue, wish.queue) and borrows(one.queue, wish.short):
                yield one


def _shares_root(one: Node, other: Node) -> bool:
    return bool(set(one.above()) & set(other.above()))


def _by_final_share(wish: Wish, found: Sequence[Running]) -> tuple[bool, list[Running], list[Running]]:
    order = _Order(wish.queue, found)
    stopped: list[Running] = []
    spared: list[Running] = []
    is_within = not borrows(wish.queue, wish.short)
    while target := order.next():
        left = order.left[target]
        if target is wish.queue or is_within:
            stopped.append(left.pop(0))
            remove(stopped[-1])
            if _fits(wish):
                return True, stopped, []
            continue
        mine, theirs = _almost_meeting(wish.queue, target)
        share = share_of(mine)
        while left:
            one = left.pop(0)
            remove(one)
            if share <= share_of(theirs):
                stopped.append(one)
                if _fits(wish):
                    return True, stopped, []
                break
            add(one)
            spared.append(one)
    return False, stopped, spared


def _by_first_share(wish: Wish, found: Sequence[Running], stopped: list[Running]) -> tuple[bool, list[Running]]:
    order = _Order(wish.queue, found)
    while target := order.next():
        mine, theirs = _almost_meeting(wish.queue, target)
        one = order.left[target].pop(0)
        if share_of(mine) < share_of(theirs):
            stopped.append(one)
            remove(one)
            if _fits(wish):
                return True, stopped
        order.done.add(target)
    return False, stopped


def _fits(wish: Wish) -> bool:
    """Whether there is room for a job whose use is counted already."""
    free(wish.queue, wish.asked)
    fits = has_room(wish, borrowing=True)
    use(wish.queue, wish.asked)
    return fits


def _almost_meeting(one: Node, other: Node) -> tuple[Node, Node]:
    """The outermost that each does not share with the other."""
    shared = set(one.above()) & set(other.above())
    mine, theirs = ([node, *(up for up in node.above() if up not in shared)][-1] for node in (one, other))
    return mine, theirs


@dataclass(slots=True)
class _Order:
    """Queues whose jobs may be stopped, the one with the largest share at that moment first."""

    queue: Node
    found: Sequence[Running]
    left: dict[Node, list[Running]] = field(default_factory=dict)
    done: set[Node] = field(default_factory=set)

    def __post_init__(self) -> None:
        for one in self.found:
            self.left.setdefault(one.queue, []).append(one)

    def next(self) -> Node | None:
        """The next queue; None where there is none any more."""
        above = list(self.queue.above())
        if not above:
            return self.queue if self.left.get(self.queue) and self.queue not in self.done else None
        while above[-1] not in self.done:
            if target := self._search(above[-1]):
                return target
        return None

    def _search(self, cohort: Node) -> Node | None:
        queue, queues_share = self._largest_queue(cohort)
        inner, cohorts_share = None, _BELOW_ALL
        for child in (one for one in cohort.children if one.is_cohort and one not in self.done):
            if not borrows(child) and child not in self.queue.above():
                self.done.add(child)
            elif share_of(child) >= cohorts_share:
                inner, cohorts_share = child, share_of(child)
        if inner is None and queue is None:
            self.done.add(cohort)
            return None
        return self._search(inner) if inner and cohorts_share >= queues_share else queue

    def _largest_queue(self, cohort: Node) -> tuple[Node | None, float]:
        best, most = None, _BELOW_ALL
        for child in (one for one in cohort.children if not one.is_cohort and one not in self.done):
            share = share_of(child)
            if not self.left.get(child) or not (borrows(child) or child is self.queue):
                self.done.add(child)
            elif share > most or (best and share == most and self._rank(child) < self._rank(best)):
                best, most = child, share
        return best, most

    def _rank(self, queue: Node) -> tuple[bool, int, int]:
        return _order(self.left[queue][0], self.queue)
