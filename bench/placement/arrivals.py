"""What kube-scheduler does with pods that arrive one at a time, written a second time to judge plans with.

The planner simulates, too; a mistake there would excuse itself if the same code judged it. This one shares nothing
with it: it is made from kube-scheduler 1.37 (`noderesources`, `podtopologyspread` and `schedule_one.go`), on arrays,
and also leaves nodes unscored as the real one does above a hundred. Equal scores are broken at random, with a seed.
Pods are those of a Service without constraints of its own, in one zone: under the default profile the scheduler spreads
them softly over nodes; the profile for MostAllocated has no such default, or it would win over packing.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from bench.placement.packing import packing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.placement.instances import Type, Workload
    from bench.placement.packing import Packing

Scoring: TypeAlias = Literal["LeastAllocated", "MostAllocated"]
Numbers: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"
Shares: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"

ORDERS = 20
"""Smallest first, by name, largest first, and shuffles."""
ALL_SCORED = 100
"""Up to so many nodes every one is scored."""
SPREAD_WEIGHT = 2
"""PodTopologySpread counts twice in the default profile, the others once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Nodes of one type, all there from the beginning."""

    name: str
    type: Type
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guests:
    """Pods of one workload, and the pools that its affinity allows."""

    workload: Workload
    pods: int
    pools: tuple[str, ...]
    even: bool = False
    """Held evenly on the nodes by a constraint of their own: by host, maxSkew 1, DoNotSchedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """How one order has ended."""

    waiting: int
    nodes: Packing
    """Without those that stayed empty."""


def orders(guests: Sequence[Guests], count: int = ORDERS, seed: int = 0) -> Iterator[list[int]]:
    """The pods as numbers of their guests, in orders of arrival."""
    single = [number for number, guest in enumerate(guests) for _ in range(guest.pods)]

    def size(number: int) -> tuple[int, int, int]:
        workload = guests[number].workload
        return (workload.gpu, workload.cpu_milli, workload.memory_mib)

    told = [sorted(single, key=size), single, sorted(single, key=size, reverse=True)][:count]
    yield from told
    for shuffle in range(count - len(told)):
        mixed = list(single)
        random.Random(f"{seed} {shuffle}").shuffle(mixed)  # noqa: S311 - no secret
        yield mixed


def arrive(
    pools: Sequence[Pool], guests: Sequence[Guests], order: Sequence[int], scoring: Scoring, *, patient: bool = True
) -> Seated:
    """Seat the pods in this order; unless `patient`, the first that has to wait ends it."""
    cluster = _Cluster(pools, guests, scoring)
    dice = np.random.default_rng([len(order), *order[:32]])
    waiting = 0
    for number in order:
        if not cluster.seat(number, dice):
            waiting += 1
            if not patient:
                break
    return Seated(waiting=waiting, nodes=cluster.filled())


class _Cluster:
    """All nodes, as arrays: CPU, memory, GPUs and pods, in this order."""

    def __init__(self, pools: Sequence[Pool], guests: Sequence[Guests], scoring: Scoring) -> None:
        kinds = [pool for pool in pools for _ in range(pool.nodes)]
        self.types = [pool.type.name for pool in kinds]
        self.names = [guest.workload.name for guest in guests]
        self.even = [guest.even for guest in guests]
        self.needs = [(guest.workload.cpu_milli, guest.workload.memory_mib, guest.workload.gpu, 1) for guest in guests]
        rooms = [(kind.type.cpu_milli, kind.type.memory_mib, kind.type.gpu, kind.type.pods) for kind in kinds]
        self.room = [np.array([room[at] for room in rooms], dtype=np.int64) for at in range(4)]
        self.used = [np.zeros(len(kinds), dtype=np.int64) for _ in self.room]
        self.allowed = [_allowed(guest, kinds) for guest in guests]
        self.of_same = [np.zeros(len(allowed), dtype=np.int64) for allowed in self.allowed]
        """Pods of each guest on each of its allowed nodes."""
        self.held: list[Counter[str]] = [Counter() for _ in kinds]
        self.scoring = scoring
        self.start = 0
        """The node with which the next search begins."""

    def seat(self, number: int, dice: np.random.Generator) -> bool:
        """Give a pod of these guests the node that scores best; False where none has room."""
        needs, allowed = self.needs[number], self.allowed[number]
        fits = np.ones(len(allowed), dtype=bool)
        for need, used, room in zip(needs, self.used, self.room, strict=True):
            if need:
                fits &= used[allowed] + need <= room[allowed]
        if self.even[number] and len(allowed):
            fits &= self.of_same[number] == self.of_same[number].min()  # full nodes count, too
        places = self._seen(allowed, np.flatnonzero(fits))
        if not len(places):
            return False
        score = self._score(needs, allowed[places])
        if self.scoring == "LeastAllocated" and not self.even[number]:
            score += SPREAD_WEIGHT * _apart(self.of_same[number], places)
        best = np.flatnonzero(score == score.max())
        place = places[best[dice.integers(len(best))] if len(best) > 1 else best[0]]
        node = int(allowed[place])
        for need, used in zip(needs, self.used, strict=True):
            used[node] += need
        self.of_same[number][place] += 1
        self.held[node][self.names[number]] += 1
        return True

    def filled(self) -> Packing:
        """The nodes that hold pods."""
        return packing((kind, held) for kind, held in zip(self.types, self.held, strict=True) if held)

    def _seen(self, allowed: Numbers, places: Numbers) -> Numbers:
        """Of the places with room, those found before they are enough: it goes round, on from where it stopped."""
        total = len(self.types)
        enough = max(ALL_SCORED, total * max(5, 50 - total // 125) // 100) if total >= ALL_SCORED else total
        if len(places) <= enough:
            return places
        away = (allowed[places] - self.start) % total
        found = np.argsort(away)[:enough]
        self.start = int(away[found[-1]] + self.start + 1) % total
        return places[found]

    def _score(self, needs: tuple[int, int, int, int], at: Numbers) -> Numbers:
        counted = (0, 1, 2) if self.scoring == "MostAllocated" and needs[2] else (0, 1)
        total = np.zeros(len(at), dtype=np.int64)
        for kind in counted:  # a pod with GPUs fits only where there are some, so none is divided by zero
            room, after = self.room[kind][at], self.used[kind][at] + needs[kind]
            total += (after if self.scoring == "MostAllocated" else room - after) * 100 // room
        cpu, memory = self.room[0][at], self.room[1][at]
        before = _balance(self.used[0][at] / cpu, self.used[1][at] / memory)
        after_it = _balance((self.used[0][at] + needs[0]) / cpu, (self.used[1][at] + needs[1]) / memory)
        return total // len(counted) + 50 + (50 + after_it - before) // 2


def _apart(held: Numbers, places: Numbers) -> Numbers:
    """PodTopologySpread by its default constraints, maxSkew 3 by host and 5 by zone, of which there is one."""
    crowd = held[places] * math.log(len(places) + 2) + int(held.sum()) * math.log(3)
    raw = np.floor(crowd + (3 - 1) + (5 - 1) + 0.5).astype(np.int64)
    most = raw.max()
    scores: Numbers = 100 * (most + raw.min() - raw) // most
    return scores


def _balance(cpu: Shares, memory: Shares) -> Numbers:
    return ((1 - np.abs(cpu - memory) / 2) * 100).astype(np.int64)


def _allowed(guest: Guests, kinds: Sequence[Pool]) -> Numbers:
    model = guest.workload.gpu_name if guest.workload.gpu else ""
    fitting = [
        node
        for node, pool in enumerate(kinds)
        if pool.name in guest.pools and model in ("", pool.type.gpu_name) and pool.type.gpu >= guest.workload.gpu
    ]
    return np.array(fitting, dtype=np.int64)


def waiting(pools: Sequence[Pool], guests: Sequence[Guests], scoring: Scoring, seed: int = 0) -> int:
    """Pods that wait, in the worst of the orders."""
    return max(arrive(pools, guests, order, scoring).waiting for order in orders(guests, seed=seed))
