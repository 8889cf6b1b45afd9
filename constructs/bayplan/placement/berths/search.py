"""Better berths: some that lose most are emptied, their items are placed anew, and what is cheaper is kept."""

from __future__ import annotations

from functools import partial
from itertools import starmap
from typing import TYPE_CHECKING

import numpy as np

from bayplan.placement.berths.berth import settle
from bayplan.placement.berths.chance import Chance
from bayplan.placement.berths.choice import choose
from bayplan.placement.berths.keeping import moved
from bayplan.placement.berths.loading import BLURS, Filled, Way, place
from bayplan.placement.berths.losses import beside, cost, losses
from bayplan.placement.terms import CPU, MEMORY
from bayplan.placement.work import is_spent, spend

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bayplan.placement.berths.berth import Berth
    from bayplan.placement.berths.cargo import Cargo
    from bayplan.placement.plan import Plan

BAY_PRICES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0)
"""All are tried: the higher, the fewer bays are used, so the cheapest depends on how many there are."""
LUCKY = 4
"""Beginnings by chance with the best of them, and with half of it: one is mostly a point better."""
MOVED_PERCENT = 4
"""Of all pods, at the most, for a cheaper plan than the committed one with its changes."""
EMPTIED = 6
"""Berths that are emptied at once, at the most."""
ITEMS = 200
"""In one region, about."""
TRIES = 200
"""Of a region, at the most."""
TRIES_EACH = 4
"""For each item of a region, at the most."""
SECONDS_A_TRY = 0.006
"""Counted for each, whatever the machine."""
OFFERED = 4000
"""Berths among which is chosen."""
CLOSE = 500
"""What loses less than one part in so many is good enough."""


def begin(cargo: Cargo) -> tuple[list[Berth], Way] | None:
    """First berths for everything; None where there are not bays enough."""
    sober = ((bay_price, 1, 0.0) for bay_price in BAY_PRICES)
    found = [one for one in starmap(partial(_attempt, cargo), sober) if one is not None]
    if not found:
        return None
    _, likely, _ = min(found, key=lambda one: one[:2])
    lucky = ((bay_price, 10 + luck, 0.1) for bay_price in (likely, likely / 2) for luck in range(LUCKY))
    found += [one for one in starmap(partial(_attempt, cargo), lucky) if one is not None]
    _, bay_price, berths = min(found, key=lambda one: one[:2])
    return berths, Way(bay_price=bay_price)


def _attempt(cargo: Cargo, bay_price: float, seed: int, blur: float) -> tuple[int, float, list[Berth]] | None:
    berths = place(cargo, (), range(len(cargo.demands)), Chance(seed), Way(blur=blur, bay_price=bay_price))
    return None if berths is None else (cost(cargo, berths), bay_price, berths)


def improve(cargo: Cargo, berths: Sequence[Berth], bay_price: float, regions: int) -> list[Berth]:
    """One part of the platform after the other, those that lose most likelier; never dearer than before."""
    chance = Chance(2)
    best = list(berths)
    for number in range(regions):
        if is_spent():
            break
        lost = losses(cargo, best)
        if sum(berth.worth for berth in best) * CLOSE >= cost(cargo, best) * (CLOSE - 1) and number:
            break
        chosen: list[int] = []
        items = 0
        for at in chance.pick(lost, len(best)):
            if not chosen or items + len(best[at].items) <= ITEMS:
                chosen.append(at)
                items += len(best[at].items)
        others = [berth for at, berth in enumerate(best) if at not in set(chosen)]
        best = [*others, *_rearrange(beside(cargo, others), [best[at] for at in chosen], bay_price, chance)]
    return best


def _tries(berths: Sequence[Berth]) -> int:
    """As many as may help: with few items soon everything was tried."""
    return min(TRIES, TRIES_EACH * sum(len(berth.items) for berth in berths))


def _rearrange(cargo: Cargo, berths: list[Berth], bay_price: float, chance: Chance) -> list[Berth]:
    """Tries by chance, then the best choice among all that they came by."""
    best = berths
    seen: dict[Filled, Berth] = {}
    for _ in range(_tries(best)):
        emptied = _related(cargo, best, chance)
        kept = [berth for at, berth in enumerate(best) if at not in emptied]
        items = [item for at in sorted(emptied) for item in best[at].items]
        way = Way(blur=BLURS[chance.below(len(BLURS))], tried=0.5, bay_price=bay_price, seen=seen)
        placed = place(cargo, kept, items, chance, way)
        if placed is not None and cost(cargo, placed) <= cost(cargo, best):
            best = placed
    spend(SECONDS_A_TRY * _tries(best))
    return choose(cargo, best, _offered(cargo, seen.values()))


def _related(cargo: Cargo, berths: Sequence[Berth], chance: Chance) -> set[int]:
    """A few berths: one that loses much, and such as lack what it has left."""
    lost = losses(cargo, berths)
    (first,) = chance.pick(lost, 1)
    whole = np.maximum(cargo.room[[berth.kind for berth in berths]], 1)
    left = np.array([berth.left for berth in berths]) / whole
    tilt = left[:, CPU] - left[:, MEMORY]
    weights = lost * (1.0 + 3.0 * (np.sign(tilt) != np.sign(tilt[first]))) * (0.2 + np.abs(tilt))
    weights[first] = 0.0
    return {first, *chance.pick(weights, chance.below(EMPTIED))}


def _offered(cargo: Cargo, seen: Iterable[Berth]) -> list[Berth]:
    """The best filled ones."""
    settled = [settle(cargo, berth) for berth in seen]
    settled.sort(key=lambda berth: -berth.worth / (berth.nodes * max(int(cargo.price[berth.kind]), 1)))
    return settled[:OFFERED]


def better(cargo: Cargo, berths: Sequence[Berth], committed: Plan) -> list[Berth]:
    """Near to a committed plan: few pods move besides those that must, and only for what is worth it."""
    chance = Chance(3)
    best, best_cost = list(berths), cost(cargo, berths)
    away = moved(cargo, best, committed)
    most = away + int(cargo.pods.sum()) * MOVED_PERCENT // 100
    for _ in range(_tries(best) // 2):
        chosen = set(chance.pick(losses(cargo, best), 1 + chance.below(2)))
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
