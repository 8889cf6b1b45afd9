"""Many arrival orders at once: what `scheduler.seat` does for one of them, on arrays, decision by decision.

A node count that was searched until few orders pass has passed by luck, so hundreds are asked; one by one that would
take minutes. Same sources as there; equal scores are broken by numbers that come out the same everywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from bayplan.placement.dice import mix
from bayplan.placement.node_scores import CANNOT, MAX_SCORE
from bayplan.placement.scheduler import BY_DEFAULT, SPREAD_WEIGHT
from bayplan.placement.terms import ACCELERATORS, CPU, MEMORY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.problem import Demand, Scheduler
    from bayplan.placement.scheduler import Node

Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"
TIES = 2**20
"""Equal scores are ordered by numbers below this."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who may arrive, and the nodes: what stays the same in every order. First axes: workload, node."""

    scheduler: Scheduler
    demands: Sequence[Demand]
    nodes: Sequence[Node]
    allowed: Array
    """Whether a workload may use a node."""

    @property
    def needs(self) -> Array:
        """What one pod takes."""
        return np.array([demand.needs for demand in self.demands], dtype=np.int64)

    @property
    def room(self) -> Array:
        """What a node has."""
        return np.array([node.room for node in self.nodes], dtype=np.int64)

    def flags(self, name: str, value: object) -> Array:
        """Whether each workload says so."""
        return np.array([getattr(demand, name) == value for demand in self.demands])


class Runs:
    """As many clusters as there are orders, each with what it holds at one moment. First axis: run."""

    def __init__(self, cast: Cast, runs: int) -> None:
        self.cast, self.runs, self.every = cast, runs, np.arange(runs)
        self.needs, self.room, self.allowed = cast.needs, cast.room, cast.allowed
        names = sorted({node.zone for node in cast.nodes})
        self.zone = np.array([names.index(node.zone) for node in cast.nodes], dtype=np.int64)
        self.in_zone = (self.zone[:, None] == np.arange(len(names))).astype(np.int64)
        self.zones_of = (self.allowed.astype(np.int64) @ self.in_zone) > 0
        held = [[node.held.get(demand.workload, 0) for node in cast.nodes] for demand in cast.demands]
        self.used = np.repeat(np.array([[node.used for node in cast.nodes]], dtype=np.int64), runs, axis=0)
        self.held = np.repeat(np.array([held], dtype=np.int64), runs, axis=0)
        self.crowd = self.held @ self.in_zone
        self.must = {key: cast.flags(key, "must") for key in ("zones", "hosts")}
        bare = cast.flags("zones", "off") & cast.flags("hosts", "off") & cast.flags("most_per_node", 0)
        self.own = bare & (cast.scheduler == "LeastAllocated")
        self.soft = {key: self.own | cast.flags(key, "should") for key in ("zones", "hosts")}
        self.skew = np.array([demand.zone_skew for demand in cast.demands])
        self.most = np.array([demand.most_per_node or np.iinfo(np.int64).max for demand in cast.demands])
        others = [[other.workload in demand.apart for other in cast.demands] for demand in cast.demands]
        self.apart = np.array(others, dtype=np.int64)
        self.logs = np.array([math.log(count + 2) for count in range(max(len(cast.nodes), len(names)) + 1)])

    def scores(self, guests: Array) -> Array:
        """What each node is worth to the pod that arrives next in each run; CANNOT where it cannot go."""
        used, needs = self.used, self.needs[guests]
        after = used + needs[:, None, :]
        feasible = (after <= self.room).all(axis=2) & self.allowed[guests]
        held, crowd = self.held[self.every, guests], self.crowd[self.every, guests]
        feasible &= held < self.most[guests][:, None]
        if self.must["zones"].any():
            least = np.where(self.zones_of[guests], crowd, np.iinfo(np.int64).max).min(axis=1)
            open_to = crowd < (least + self.skew[guests])[:, None]
            feasible &= open_to[:, self.zone] | ~self.must["zones"][guests][:, None]
        if self.must["hosts"].any():
            fewest = np.where(self.allowed[guests], held, np.iinfo(np.int64).max).min(axis=1)
            feasible &= (held == fewest[:, None]) | ~self.must["hosts"][guests][:, None]
        if self.apart.any():
            feasible &= np.einsum("rg,rgn->rn", self.apart[guests], self.held) == 0
        total = self._fullness(after, needs) + self._balance(after) + self._spread(guests, feasible, held, crowd)
        return np.where(feasible, total, CANNOT)

    def put(self, guests: Array, at: Array) -> None:
        """Seat the pod of each run."""
        self.used[self.every, at] += self.needs[guests]
        self.held[self.every, guests, at] += 1
        self.crowd[self.every, guests, self.zone[at]] += 1

    def _fullness(self, after: Array, needs: Array) -> Array:
        most = self.cast.scheduler == "MostAllocated"

        def share(kind: int) -> Array:
            room = np.maximum(self.room[:, kind], 1)
            return (after[:, :, kind] if most else self.room[:, kind] - after[:, :, kind]) * MAX_SCORE // room

        both = share(CPU) + share(MEMORY)
        if not most or not self.needs[:, ACCELERATORS].any():
            return both // 2
        asks = (needs[:, ACCELERATORS] > 0)[:, None] & (self.room[:, ACCELERATORS] > 0)
        return np.where(asks, (both + share(ACCELERATORS)) // 3, both // 2)

    def _balance(self, after: Array) -> Array:
        def even(amounts: Array) -> Array:
            cpu = amounts[:, :, CPU] / self.room[:, CPU]
            memory = amounts[:, :, MEMORY] / self.room[:, MEMORY]
            return ((1 - np.abs(cpu - memory) / 2) * MAX_SCORE).astype(np.int64)

        return MAX_SCORE // 2 + (MAX_SCORE // 2 + even(after) - even(self.used)) // 2

    def _spread(self, guests: Array, feasible: Array, held: Array, crowd: Array) -> Array:
        soft = {key: flags[guests][:, None] for key, flags in self.soft.items()}
        wanted = soft["zones"] | soft["hosts"]
        if not wanted.any():
            return np.zeros_like(held)
        zones = ((feasible.astype(np.int64) @ self.in_zone) > 0).sum(axis=1)
        by_zone = self.logs[zones][:, None] * soft["zones"]
        by_host = self.logs[feasible.sum(axis=1)][:, None] * soft["hosts"]
        always = BY_DEFAULT * self.own[guests][:, None]
        raw = np.rint(crowd[:, self.zone] * by_zone + held * by_host).astype(np.int64) + always
        most = np.where(feasible, raw, 0).max(axis=1)[:, None]
        least = np.where(feasible, raw, np.iinfo(np.int64).max).min(axis=1)[:, None]
        least = np.where(feasible.any(axis=1, keepdims=True), least, 0)
        apart = np.where(most > 0, MAX_SCORE * (most + least - raw) // np.maximum(most, 1), MAX_SCORE)
        return SPREAD_WEIGHT * apart * wanted


def first_left(cast: Cast, orders: Array, first: int) -> tuple[int, int] | None:
    """A row of `orders` and the workload whose pod finds no node in it; None where everybody sits in all of them.

    Rows hold places of workloads in the cast, `first` is the number of the first of them among all that are asked: an
    order breaks its ties alike whoever else is asked with it. All go on together until one fails.
    """
    runs = Runs(cast, len(orders))
    numbers = mix(np.arange(first, first + len(orders), dtype=np.uint64))[:, None]
    places = np.arange(len(cast.nodes), dtype=np.uint64) << np.uint64(32)
    for step, guests in enumerate(orders.T):
        scores = runs.scores(guests)
        ties = (mix(numbers + places + np.uint64(step)) % np.uint64(TIES)).astype(np.int64)
        at = (scores * TIES + ties).argmax(axis=1)
        lost = scores[runs.every, at] == CANNOT
        if lost.any():
            row = int(lost.argmax())
            return row, int(guests[row])
        runs.put(guests, at)
    return None
