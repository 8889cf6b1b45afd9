"""A bay in the making: some nodes of one kind, and items that fit on them in whatever order their pods arrive.

Items are held evenly on the nodes, so each node has room set aside for its share of every item. Beside those there may
be slots: pods that take the same number of accelerators, of which no more than so many fit on a node by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bayplan.placement.claims import claim
from bayplan.placement.terms import ACCELERATORS, CPU

if TYPE_CHECKING:
    from bayplan.placement.berths.cargo import Cargo, Wholes
    from bayplan.placement.berths.chance import Chance

VALUED = (1.0, 1.0, 0.05, 3.0)
"""How much it matters to fill each resource: slots for pods hardly, accelerators most; others as CPU."""


@dataclass(frozen=True, slots=True, order=True)
class Shape:
    """What a berth is made of."""

    kind: int
    nodes: int
    count: int = 0
    """Accelerators of each pod in its slots; 0 for no slots."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Berth:
    """Nodes of a kind with their items."""

    kind: int
    nodes: int
    count: int
    """Accelerators of each pod in the slots; 0 where there are no slots."""
    items: tuple[int, ...]
    slotted: int
    """Of the items, so many, from the first, are in slots."""
    free: int
    """Slots without a pod."""
    largest: Wholes
    """Room of one slot."""
    left: Wholes
    """Room of one node that is not set aside."""
    worth: int
    """Of all items."""


def load(cargo: Cargo, shape: Shape, items: Wholes, chance: Chance, blur: float) -> Berth | None:
    """Fill nodes with what fits best of the items, slots first; None where nothing fits."""
    items = items[cargo.fits[items, shape.kind]]
    if not shape.count:
        return _stow(cargo, empty(shape, cargo.room[shape.kind]), items, chance, blur)
    slotted = _fill_slots(cargo, shape, items, chance, blur)
    return None if slotted is None else _stow(cargo, slotted, items[cargo.counts[items] == 0], chance, blur)


def empty(shape: Shape, room: Wholes) -> Berth:
    """Nodes without items."""
    nothing = np.zeros_like(room)
    return Berth(
        kind=shape.kind,
        nodes=shape.nodes,
        count=0,
        items=(),
        slotted=0,
        free=0,
        largest=nothing,
        left=room.copy(),
        worth=0,
    )


def _fill_slots(cargo: Cargo, shape: Shape, items: Wholes, chance: Chance, blur: float) -> Berth | None:
    """The items with most pods first: what is left over of the last slots is then small."""
    room, nodes = cargo.room[shape.kind], shape.nodes
    slots = int(room[ACCELERATORS]) // shape.count
    items = items[cargo.counts[items] == shape.count]
    order = np.argsort(chance.many(len(items)) * (8 * blur + 0.5) - cargo.pods[items], kind="stable")
    open_slots, largest, taken = nodes * slots, np.zeros_like(room), []
    for item in items[order]:
        grown = np.maximum(largest, cargo.needs[item])
        if cargo.pods[item] <= open_slots and not (grown * slots > room).any():
            largest = grown
            open_slots -= int(cargo.pods[item])
            taken.append(int(item))
            if not open_slots:
                break
    if not taken:
        return None
    needed = max(1, -(-(nodes * slots - open_slots) // slots))
    return Berth(
        kind=shape.kind,
        nodes=needed,
        count=shape.count,
        items=tuple(taken),
        slotted=len(taken),
        free=needed * slots - (nodes * slots - open_slots),
        largest=largest,
        left=room - largest * slots,
        worth=int(cargo.worth[taken].sum()),
    )


def settle(cargo: Cargo, berth: Berth) -> Berth:
    """Under Karpenter: without the items, last in first out, for which it would open more nodes."""
    while cargo.claimed and berth.nodes > 1 and len(berth.items) > max(berth.slotted, 1) and overflows(cargo, berth):
        item = berth.items[-1]
        share = -(-int(cargo.pods[item]) // berth.nodes)
        berth = replace(
            berth,
            items=berth.items[:-1],
            left=berth.left + share * cargo.needs[item],
            worth=berth.worth - int(cargo.worth[item]),
        )
    return berth


def overflows(cargo: Cargo, berth: Berth) -> bool:
    """Whether Karpenter would make more nodes."""
    return made(cargo, berth) > berth.nodes


def made(cargo: Cargo, berth: Berth) -> int:
    """Nodes that Karpenter makes for the items."""
    runs = [(cargo.demands[item].needs, int(cargo.pods[item])) for item in berth.items]
    return claim(cargo.kinds[berth.kind][0].room, runs)


def _stow(cargo: Cargo, berth: Berth, items: Wholes, chance: Chance, blur: float) -> Berth | None:
    """Put items in, one at a time: the one whose shape is most like that of the room that is left."""
    items = items[(cargo.least[items] <= berth.nodes) & (cargo.needs[items, CPU] <= top(cargo, berth))]
    share = -(-cargo.pods[items] // berth.nodes)
    takes = share[:, None] * cargo.needs[items]
    whole = np.maximum(cargo.room[berth.kind], 1).astype(np.float64)
    parts = takes / whole
    ranks = cargo.pods[items] / (berth.nodes * np.maximum(share, 1))
    if blur:
        ranks = ranks * (1.0 + blur * chance.many(len(items)))
    weights = weigh(len(whole))
    left, taken = berth.left, []
    open_items = np.nonzero((takes <= left).all(axis=1))[0]
    while len(open_items):
        wanted = left / whole * weights
        scores = np.zeros(len(open_items))
        for number, want in enumerate(wanted):
            scores += parts[open_items, number] * want
        best = open_items[int(np.argmax(scores * ranks[open_items]))]
        taken.append(int(items[best]))
        left = left - takes[best]
        open_items = open_items[(takes[open_items] <= left).all(axis=1) & (open_items != best)]
    if not taken and not berth.items:
        return None
    return add(cargo, berth, taken, left)


def top(cargo: Cargo, berth: Berth) -> int:
    """CPU that a pod beside the slots may ask for: under Karpenter a larger one would come before them."""
    if not cargo.claimed or not berth.slotted or berth.nodes == 1:
        return int(cargo.room[berth.kind, CPU])
    return int(cargo.needs[list(berth.items[: berth.slotted]), CPU].min())


def add(cargo: Cargo, berth: Berth, items: list[int], left: Wholes) -> Berth:
    """The same nodes with more items that are held evenly."""
    return Berth(
        kind=berth.kind,
        nodes=berth.nodes,
        count=berth.count,
        items=(*berth.items, *items),
        slotted=berth.slotted,
        free=berth.free,
        largest=berth.largest,
        left=left,
        worth=berth.worth + int(cargo.worth[items].sum()),
    )


def weigh(resources: int) -> tuple[float, ...]:
    """How much it matters to fill each resource."""
    return VALUED + (1.0,) * (resources - len(VALUED))
