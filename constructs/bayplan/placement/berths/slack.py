"""Room that is left in berths: items go there before new nodes are paid for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bayplan.placement.berths.berth import Berth, add, settle, top
from bayplan.placement.terms import CPU

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.berths.cargo import Cargo, Floats, Wholes
    from bayplan.placement.berths.chance import Chance


TRIED = 3
"""Berths that are tried for an item under Karpenter, where sums do not settle whether it fits."""


class Slack:
    """What a list of berths has left, berth by berth; the list is changed in place as items come in."""

    def __init__(self, cargo: Cargo, berths: list[Berth]) -> None:
        self._cargo = cargo
        self._berths = berths
        self._kinds = np.array([berth.kind for berth in berths], dtype=np.int64)
        self._nodes = np.array([berth.nodes for berth in berths], dtype=np.int64)
        self._counts = np.array([berth.count for berth in berths], dtype=np.int64)
        self._tops = np.array([top(cargo, berth) for berth in berths], dtype=np.int64)
        self._left = np.array([berth.left for berth in berths], dtype=np.int64)
        self._whole = np.maximum(cargo.room[self._kinds], 1).astype(np.float64)

    def take(self, items: Sequence[int], chance: Chance, blur: float) -> list[int]:
        """Seat what fits, the dearest first; those that found no room."""
        if not self._berths or not len(items):
            return list(items)
        ordered = np.array(items, dtype=np.int64)
        keys = self._cargo.worth[ordered] * (1.0 + blur * chance.many(len(ordered)))
        keys += (self._cargo.counts[ordered] > 0) * 1e15
        ordered = ordered[np.argsort(-keys, kind="stable")]
        return [int(item) for item in ordered if not self._seat(int(item))]

    def _seat(self, item: int) -> bool:
        cargo = self._cargo
        share = -(-cargo.pods[item] // self._nodes)
        takes = share[:, None] * cargo.needs[item]
        fits = (takes <= self._left).all(axis=1) & cargo.fits[item, self._kinds] & (cargo.least[item] <= self._nodes)
        if cargo.counts[item]:
            if self._seat_in_slot(item):
                return True
            fits &= self._counts == 0
        places = np.nonzero(fits & (cargo.needs[item, CPU] <= self._tops))[0]
        if not len(places):
            return False
        ranks = self._ranks(item, places, share[places], takes[places])
        for best in places[np.argsort(-ranks, kind="stable")[:TRIED]] if cargo.claimed else [places[np.argmax(ranks)]]:
            grown = add(cargo, self._berths[best], [item], self._left[best] - takes[best])
            if settle(cargo, grown) is grown:
                self._left[best] -= takes[best]
                self._berths[best] = grown
                return True
        return False

    def _ranks(self, item: int, places: Wholes, share: Wholes, takes: Wholes) -> Floats:
        """Best where no node sets room aside in vain, where the shape is that of the room, and where little is left."""
        used = self._cargo.pods[item] / (self._nodes[places] * np.maximum(share, 1))
        part = takes[:, :2] / self._whole[places, :2]
        left = self._left[places, :2] / self._whole[places, :2]
        along = part[:, 0] * left[:, 0] + part[:, 1] * left[:, 1]
        lengths = np.sqrt((part[:, 0] ** 2 + part[:, 1] ** 2) * (left[:, 0] ** 2 + left[:, 1] ** 2))
        rest = left[:, 0] + left[:, 1] - part[:, 0] - part[:, 1]
        ranks: Floats = 2.0 * used + along / np.maximum(lengths, 1e-12) - 0.5 * rest
        return ranks

    def _seat_in_slot(self, item: int) -> bool:
        cargo = self._cargo
        pods = int(cargo.pods[item])
        for place in np.nonzero((self._counts == cargo.counts[item]) & cargo.fits[item, self._kinds])[0]:
            berth = self._berths[place]
            if berth.free >= pods and not (cargo.needs[item] > berth.largest).any():
                self._berths[place] = Berth(
                    kind=berth.kind,
                    nodes=berth.nodes,
                    count=berth.count,
                    items=(item, *berth.items),
                    slotted=berth.slotted + 1,
                    free=berth.free - pods,
                    largest=berth.largest,
                    left=berth.left,
                    worth=berth.worth + int(cargo.worth[item]),
                )
                return True
        return False
