"""New berths for items that have none: time and again the one that is best filled for its price."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bayplan.placement.berths.berth import Shape, load, settle
from bayplan.placement.berths.slack import Slack
from bayplan.placement.terms import ACCELERATORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bayplan.placement.berths.berth import Berth
    from bayplan.placement.berths.cargo import Cargo, Wholes
    from bayplan.placement.berths.chance import Chance

NODES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20)
"""Sizes of berths that are tried: numbers that replicas are often multiples of."""


Filled: TypeAlias = tuple[int, int, int, frozenset[int]]
"""Kind, nodes and slots of a berth, and its items."""
BLURS = (0.0, 0.1, 0.3, 1.0)
"""Tried by those who look for better ways: see `Way.blur`."""
SEEN_FROM = 0.8
"""Worth for the price from which on a berth is written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the next berths are chosen."""

    blur: float = 0.0
    """How far chance may outweigh reason."""
    tried: float = 1.0
    """Of all shapes of berths, the part that is tried."""
    bay_price: float = 0.0
    """Charged for every bay, in prices of one node: high where bays are few."""
    seen: dict[Filled, Berth] | None = field(default=None, compare=False)
    """Where to write down all berths that were looked at and were not badly filled."""


def place(cargo: Cargo, berths: Sequence[Berth], items: Iterable[int], chance: Chance, way: Way) -> list[Berth] | None:
    """The berths with all items in them, in new ones where needed; None where bays or nodes run out."""
    placed = list(berths)
    pending = np.array(sorted(items), dtype=np.int64)
    for stage in (pending[cargo.counts[pending] > 0], pending[cargo.counts[pending] == 0]):
        left = Slack(cargo, placed).take([int(item) for item in stage], chance, way.blur)
        if left and not _open(cargo, placed, np.array(sorted(left), dtype=np.int64), chance, way):
            return None
    return placed


def _open(cargo: Cargo, placed: list[Berth], items: Wholes, chance: Chance, way: Way) -> bool:
    """Lazily: a shape that was good is looked at again only when it is its turn."""
    queue = _queue(cargo, items, chance, way)
    bays, nodes = _spare(cargo, placed)
    waiting = np.zeros(len(cargo.demands), dtype=np.bool_)
    waiting[items] = True
    while queue and len(items):
        _, shape = heapq.heappop(queue)
        most = min(nodes[shape.kind], cargo.kinds[shape.kind][0].nodes_max)
        if not bays[shape.kind] or not most:
            continue
        berth = load(cargo, replace(shape, nodes=min(shape.nodes, most)), items, chance, way.blur)
        if berth is None:
            continue
        berth = settle(cargo, berth)
        rate = _rate(cargo, berth, way)
        heapq.heappush(queue, (-rate, shape))
        if rate < -queue[0][0]:
            continue
        placed.append(berth)
        bays[shape.kind] -= 1
        nodes[shape.kind] -= berth.nodes
        waiting[list(berth.items)] = False
        items = items[waiting[items]]
    return not len(items)


def _queue(cargo: Cargo, items: Wholes, chance: Chance, way: Way) -> list[tuple[float, Shape]]:
    """Shapes of berths by how well they can be filled; some are left out where not all are to be tried."""
    shapes = list(shapes_for(cargo, items))
    queue = []
    for shape, luck in zip(shapes, chance.many(len(shapes)), strict=True):
        if luck <= way.tried:
            berth = load(cargo, shape, items, chance, way.blur)
            if berth is not None:
                queue.append((-_rate(cargo, berth, way) * (1.0 + 0.05 * way.blur * luck), shape))
    if not queue and way.tried < 1.0:
        return _queue(cargo, items, chance, replace(way, tried=1.0))
    heapq.heapify(queue)
    return queue


def shapes_for(cargo: Cargo, items: Wholes) -> Iterator[Shape]:
    """All that could hold some of the items."""
    for kind in range(len(cargo.kinds)):
        fitting = items[cargo.fits[items, kind]]
        if not len(fitting):
            continue
        most = cargo.kinds[kind][0].nodes_max
        sizes = [size for size in NODES if size <= most]
        for size in sizes:
            yield Shape(kind, size)
        for count in sorted(set(cargo.counts[fitting].tolist()) - {0}):
            slots = int(cargo.room[kind, ACCELERATORS]) // count
            pods = int(cargo.pods[fitting][cargo.counts[fitting] == count].sum())
            for size in sorted({min(most, -(-pods // slots)), *(size for size in sizes if size * slots <= pods)}):
                yield Shape(kind, max(size, 1), count)


def _rate(cargo: Cargo, berth: Berth, way: Way) -> float:
    """Worth of what it holds for each unit of its price; among equals the larger."""
    price = float(cargo.price[berth.kind]) or 0.5
    if way.seen is not None and berth.worth > SEEN_FROM * price * berth.nodes:
        way.seen.setdefault((berth.kind, berth.nodes, berth.count, frozenset(berth.items)), berth)
    return berth.worth / (price * (berth.nodes + way.bay_price)) + 1e-4 * min(berth.nodes, 20)


def _spare(cargo: Cargo, placed: Sequence[Berth]) -> tuple[list[int], list[int]]:
    bays = list(cargo.bays)
    nodes = list(cargo.most)
    for berth in placed:
        bays[berth.kind] -= 1
        nodes[berth.kind] -= berth.nodes
    return bays, nodes
