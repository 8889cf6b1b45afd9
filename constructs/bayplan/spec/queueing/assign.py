"""Which kind of node each group of a job's pods would get, and at what price: free, borrowed, or taken from others.

Kueue tries the flavors of a queue in their order. As we set queues up, it goes on to the next where the job would have
to borrow or to stop others, and takes the best of all in the end: first what needs nobody stopped, then what borrows
from nearby. Read in Kueue 0.19.2, pkg/scheduler/flavorassigner.

Source: <https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/#flavorfungibility>
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.spec.queueing.division import Slot
    from bayplan.spec.queueing.job import PodSet
    from bayplan.spec.queueing.tree import Node


class Mode(IntEnum):
    """How a quota can be had, the worst first."""

    NEVER_NOW = 0
    """Not at present: there is too little, or those who use it may not be stopped."""
    NOBODY_TO_STOP = 1
    STOP_OWN = 2
    STOP_OTHERS = 3
    FREE = 4


class Oracle(Protocol):
    """Who would be stopped for a quota."""

    def __call__(self, queue: Node, slot: Slot, amount: int) -> tuple[Mode, int]:
        """How it could be had by stopping jobs, and how far away it would then be borrowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What a job would get."""

    flavors: tuple[str, ...]
    """Of each group of its pods; shorter where one gets none."""
    usage: Mapping[Slot, int]
    mode: Mode
    distance: int = 0
    """How far away the quota is that is borrowed for it; 0 for none."""
    short: frozenset[Slot] = frozenset()
    """What of it is only to be had by stopping jobs."""
    tried: tuple[int, ...] = ()
    """Of each group the flavor at which the search ended, -1 where that was the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    flavor: str
    rank: tuple[Mode, int]
    """The worst of its resources: how it can be had, and how near."""
    distance: int
    """Of the resource that is borrowed from farthest away."""
    short: frozenset[Slot]


def assign(queue: Node, podsets: Sequence[PodSet], oracle: Oracle, tried: Sequence[int] = ()) -> Assignment:
    """What a job gets in its queue.

    `tried` is where the search of the last cycle ended, of each group: it goes on from there.
    """
    chosen: list[_Choice | None] = []
    ended: list[int] = []
    usage: dict[Slot, int] = {}
    for number, podset in enumerate(podsets):
        if not podset.asks:
            chosen.append(None)
            ended.append(-1)
            continue
        start = tried[number] + 1 if number < len(tried) else 0
        covers = all(name in queue.covered for name in podset.asks)
        choice, end = _search(queue, podset, usage, oracle, start) if covers else (None, -1)
        if choice is None:
            found = tuple(one.flavor if one else "" for one in chosen)
            return Assignment(flavors=found, usage=usage, mode=Mode.NEVER_NOW, tried=tuple(ended))
        for name, amount in podset.asks.items():
            usage[choice.flavor, name] = usage.get((choice.flavor, name), 0) + amount
        chosen.append(choice)
        ended.append(end)
    found_all = [one for one in chosen if one]
    return Assignment(
        flavors=tuple(one.flavor if one else "" for one in chosen),
        usage=usage,
        mode=min((one.rank[0] for one in found_all), default=Mode.FREE),
        distance=max((one.distance for one in found_all), default=0),
        short=frozenset().union(*(one.short for one in found_all)),
        tried=tuple(ended),
    )


def _search(
    queue: Node, podset: PodSet, usage: Mapping[Slot, int], oracle: Oracle, start: int
) -> tuple[_Choice | None, int]:
    best: _Choice | None = None
    end, flavors = start, queue.flavors
    for end in range(start, len(flavors)):
        choice = _weigh(queue, flavors[end], podset, usage, oracle) if flavors[end] in podset.flavors else None
        if choice and (best is None or choice.rank > best.rank):
            best = choice
        if choice and choice.rank == (Mode.FREE, 0):
            break
    return best, -1 if end == len(flavors) - 1 else end


def _weigh(queue: Node, flavor: str, podset: PodSet, usage: Mapping[Slot, int], oracle: Oracle) -> _Choice | None:
    """What one flavor means for a group: as good as the worst of its resources; None where it has too little of one."""
    ranks: dict[Slot, tuple[Mode, int]] = {}
    for name, asked in podset.asks.items():
        slot = (flavor, name)
        mode, distance = fit(queue, slot, usage.get(slot, 0) + asked, oracle)
        if mode is Mode.NEVER_NOW:
            return None
        ranks[slot] = (mode, -distance)
    return _Choice(
        flavor=flavor,
        rank=min(ranks.values()),
        distance=max(-near for _, near in ranks.values()),
        short=frozenset(slot for slot, (mode, _) in ranks.items() if mode is not Mode.FREE),
    )


def fit(queue: Node, slot: Slot, amount: int, oracle: Oracle) -> tuple[Mode, int]:
    """How a queue can have an amount of one resource in one flavor, and how far away it is borrowed."""
    if amount > queue.capacity(slot):
        return Mode.NEVER_NOW, 0
    distance, within = queue.reach(slot, amount)
    if amount <= queue.available(slot):
        return Mode.FREE, distance
    # within its own quota, or that of a cohort that is not the outermost, others may have to give way
    if queue.cell(slot).nominal >= amount or within or queue.stops_to_borrow:
        return oracle(queue, slot, amount)
    return Mode.NEVER_NOW, distance


def nobody(queue: Node, slot: Slot, amount: int) -> tuple[Mode, int]:
    """An oracle of a cluster where nobody runs: nobody can be stopped."""
    return Mode.NOBODY_TO_STOP, queue.reach(slot, amount)[0]
