"""Berths that Karpenter fills: fuller than sums would allow, because the nodes it makes can be counted.

It seats the largest pods first and the small ones in what they leave, whichever node that is. Sums that hold in any
order set aside a share of every item on every node; here an item comes in wherever no node more would be made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bayplan.placement.berths.berth import Berth, Shape, add, empty, made, overflows
from bayplan.placement.berths.chance import Chance
from bayplan.placement.berths.loading import BLURS, Way, place
from bayplan.placement.berths.losses import beside, cost, losses
from bayplan.placement.work import is_spent, spend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.berths.cargo import Cargo, Floats, Wholes

EMPTIED = 4
"""Berths that are emptied at once, at the most."""
TRIED = 5
"""Berths whose nodes are counted for an item: those that it suits best."""
TRIES = 600
"""At the most."""
TRIES_EACH = 6
"""For each berth, at the most."""
SECONDS_A_TRY = 0.02
"""Counted for each, whatever the machine."""


def crowd(cargo: Cargo, berths: Sequence[Berth], bay_price: float) -> list[Berth]:
    """Time and again some berths are emptied into the others, and what is not dearer is kept."""
    chance = Chance(4)
    best = [_shrink(cargo, berth) for berth in berths]
    for _ in range(min(TRIES, TRIES_EACH * len(best))):
        if is_spent():
            break
        spend(SECONDS_A_TRY)
        emptied = set(chance.pick(losses(cargo, best), 1 + chance.below(EMPTIED)))
        kept = [berth for at, berth in enumerate(best) if at not in emptied]
        items = [item for at in sorted(emptied) for item in best[at].items]
        blur = BLURS[chance.below(len(BLURS))]
        pending = _join(cargo, kept, items, chance, blur)
        if not pending:
            best = kept
            continue
        way = Way(blur=blur, tried=0.5, bay_price=bay_price)
        opened = place(beside(cargo, kept), (), pending, chance, way)
        if opened is None:
            continue
        kept += [_shrink(cargo, berth) for berth in opened]
        if cost(cargo, kept) <= cost(cargo, best):
            best = kept
    return best


def _shrink(cargo: Cargo, berth: Berth) -> Berth:
    """Sums may ask for more nodes than are made."""
    nodes = made(cargo, berth)
    return replace(berth, nodes=nodes) if nodes < berth.nodes else berth


def _join(cargo: Cargo, berths: list[Berth], items: Sequence[int], chance: Chance, blur: float) -> list[int]:
    """Seat who makes no node more; the list is changed in place. Those that found no room."""
    if not berths:
        return list(items)
    kinds = np.array([berth.kind for berth in berths])
    nodes = np.array([berth.nodes for berth in berths])
    whole = nodes[:, None] * cargo.room[kinds]
    free = whole - np.array([used(cargo, berth) for berth in berths])
    ordered = np.array(items, dtype=np.int64)
    keys = cargo.worth[ordered] / np.maximum(cargo.pods[ordered], 1) * (1.0 + blur * chance.many(len(ordered)))
    pending = []
    for item in ordered[np.argsort(-keys, kind="stable")].tolist():
        takes = cargo.pods[item] * cargo.needs[item]
        fits = (takes <= free).all(axis=1) & cargo.fits[item, kinds] & (cargo.least[item] <= nodes)
        places = np.nonzero(fits)[0]
        ranks = _ranks(takes, free[places], whole[places])
        for at in places[np.argsort(-ranks, kind="stable")[:TRIED]].tolist():
            grown = crowded(cargo, berths[at], item)
            if not overflows(cargo, grown):
                berths[at] = grown
                free[at] -= takes
                break
        else:
            pending.append(item)
    return pending


def crowded(cargo: Cargo, berth: Berth, item: int) -> Berth:
    """The berth with one more item, whatever the sums say."""
    share = -(-int(cargo.pods[item]) // berth.nodes)
    return add(cargo, berth, [item], berth.left - share * cargo.needs[item])


def crowd_again(cargo: Cargo, shape: Shape, items: Sequence[int]) -> Berth:
    """As many of the items as fit on the nodes, the last left out first."""
    berth = empty(shape, cargo.room[shape.kind])
    for kept in range(len(items), 0, -1):
        held = list(items[:kept])
        share = -(-cargo.pods[held] // shape.nodes)
        full = add(cargo, berth, held, berth.left - (share[:, None] * cargo.needs[held]).sum(axis=0))
        if not overflows(cargo, full):
            return full
    return berth


def used(cargo: Cargo, berth: Berth) -> Wholes:
    """What all pods of a berth take together."""
    items = list(berth.items)
    total: Wholes = (cargo.pods[items][:, None] * cargo.needs[items]).sum(axis=0)
    return total


def _ranks(takes: Wholes, free: Wholes, whole: Wholes) -> Floats:
    """Best where the shape is that of the room, and where little is left."""
    sizes = np.maximum(whole[:, :2], 1).astype(np.float64)
    part, left = takes[:2] / sizes, free[:, :2] / sizes
    along = part[:, 0] * left[:, 0] + part[:, 1] * left[:, 1]
    lengths = np.sqrt((part[:, 0] ** 2 + part[:, 1] ** 2) * (left[:, 0] ** 2 + left[:, 1] ** 2))
    ranks: Floats = along / np.maximum(lengths, 1e-12) - 0.5 * (left[:, 0] + left[:, 1] - part[:, 0] - part[:, 1])
    return ranks
