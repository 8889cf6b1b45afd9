"""What berths cost, and how much of it is for nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.berths.berth import Berth
    from bayplan.placement.berths.cargo import Cargo, Floats


def cost(cargo: Cargo, berths: Sequence[Berth]) -> int:
    """Price of all nodes, in 1e-4 USD per hour."""
    return sum(berth.nodes * int(cargo.price[berth.kind]) for berth in berths)


def losses(cargo: Cargo, berths: Sequence[Berth]) -> Floats:
    """How likely each berth is taken up for better use: mostly by what it loses."""
    paid = np.array([berth.nodes * int(cargo.price[berth.kind]) for berth in berths], dtype=np.float64)
    lost = np.maximum(paid - np.array([berth.worth for berth in berths], dtype=np.float64), 0.0)
    weights: Floats = 0.7 * lost / max(float(lost.sum()), 1.0) + 0.3 / len(berths)
    return weights


def beside(cargo: Cargo, others: Sequence[Berth]) -> Cargo:
    """What is left of bays and nodes."""
    bays, nodes = list(cargo.bays), list(cargo.most)
    for berth in others:
        bays[berth.kind] -= 1
        nodes[berth.kind] -= berth.nodes
    return replace(cargo, bays=tuple(bays), most=tuple(nodes))
