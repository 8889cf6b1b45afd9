"""Better berths: some that lose most are emptied, their items are placed anew, and what is cheaper is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bayplan.placement.berths.chance import Chance
from bayplan.placement.berths.keeping import moved
from bayplan.placement.berths.loading import Way, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.berths.berth import Berth
    from bayplan.placement.berths.cargo import Cargo, Floats
    from bayplan.placement.plan import Plan

BAY_PRICES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0)
"""All are tried: the higher, the fewer bays are used, so the cheapest depends on how many there are."""
BLURS = (0.0, 0.1, 0.3, 1.0)
MOVED_PERCENT = 4
"""Of all pods, at the most, for a cheaper plan than the committed one with its changes."""
EMPTIED = 6
"""Berths that are emptied at once, fewer than that."""


def begin(cargo: Cargo) -> tuple[list[Berth], Way] | None:
    """First berths for everything; None where there are not bays enough."""
    found: list[tuple[int, float, list[Berth]]] = []
    for bay_price in BAY_PRICES:
        berths = place(cargo, (), range(len(cargo.demands)), Chance(1), Way(bay_price=bay_price))
        if berths is not None:
            found.append((cost(cargo, berths), bay_price, berths))
    if not found:
        return None
    _, bay_price, berths = min(found, key=lambda one: one[:2])
    return berths, Way(bay_price=bay_price)


def improve(cargo: Cargo, berths: Sequence[Berth], bay_price: float, tries: int) -> list[Berth]:
    """So many tries; never dearer than before."""
    chance = Chance(2)
    best = list(berths)
    for _ in range(tries):
        chosen = chance.pick(_losses(cargo, best), 1 + chance.below(min(EMPTIED, len(best)) - 1 or 1))
        emptied = set(chosen)
        kept = [berth for at, berth in enumerate(best) if at not in emptied]
        items = [item for at in chosen for item in best[at].items]
        way = Way(blur=BLURS[chance.below(len(BLURS))], tried=0.5, bay_price=bay_price)
        placed = place(cargo, kept, items, chance, way)
        if placed is not None and cost(cargo, placed) <= cost(cargo, best):
            best = placed
    return best


def better(cargo: Cargo, berths: Sequence[Berth], committed: Plan, tries: int) -> list[Berth]:
    """Near to a committed plan: few pods move besides those that must, and only for what is worth it."""
    chance = Chance(3)
    best, best_cost = list(berths), cost(cargo, berths)
    away = moved(cargo, best, committed)
    most = away + int(cargo.pods.sum()) * MOVED_PERCENT // 100
    for _ in range(tries):
        chosen = set(chance.pick(_losses(cargo, best), 1 + chance.below(2)))
        kept = [berth for at, berth in enumerate(best) if at not in chosen]
        items = [item for at in sorted(chosen) for item in best[at].items]
        placed = place(cargo, kept, items, chance, Way(blur=BLURS[chance.below(len(BLURS))], tried=0.5))
        if placed is None or (gain := best_cost - cost(cargo, placed)) <= 0:
            continue
        leaving = moved(cargo, placed, committed)
        # a tenth of a per cent of the cost for each per cent of the pods
        if leaving <= most and 10 * gain * int(cargo.pods.sum()) >= (leaving - away) * best_cost:
            best, best_cost, away = placed, best_cost - gain, leaving
    return best


def cost(cargo: Cargo, berths: Sequence[Berth]) -> int:
    """Price of all nodes, in 1e-4 USD per hour."""
    return sum(berth.nodes * int(cargo.price[berth.kind]) for berth in berths)


def _losses(cargo: Cargo, berths: Sequence[Berth]) -> Floats:
    paid = np.array([berth.nodes * int(cargo.price[berth.kind]) for berth in berths], dtype=np.float64)
    lost = np.maximum(paid - np.array([berth.worth for berth in berths], dtype=np.float64), 0.0)
    weights: Floats = 0.7 * lost / max(float(lost.sum()), 1.0) + 0.3 / len(berths)
    return weights
