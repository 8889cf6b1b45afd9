"""A bound on the weight that can be seated, proven by prices alone: no solver, and integers throughout.

Whatever prices one puts on pods and on room, no seating is worth more than the price of all pods and of all room, plus
what the best customer of each accelerator still gains at these prices. The linear program finds the prices that make
this least; whether it found good ones or not, what is computed here is true.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.placement.sharing.question import WHOLE

if TYPE_CHECKING:
    from bayplan.placement.sharing.question import Question

FINE = 1_000_000
"""Prices are whole numbers of this part of a unit of weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """In millionths of a unit of weight, none below zero."""

    pods: tuple[int, ...]
    """Of one pod of each claim."""
    room: tuple[tuple[int, ...], ...]
    """Of each host: of one unit of each kind of room."""

    @staticmethod
    def nothing(question: Question) -> Prices:
        """All zero: where nothing is known."""
        kinds = len(question.hosts[0].room) if question.hosts else 0
        return Prices(pods=(0,) * len(question.claims), room=((0,) * kinds,) * len(question.hosts))


def ceiling(question: Question, prices: Prices) -> int:
    """Weight that no seating exceeds."""
    pods = [max(0, price) for price in prices.pods]
    for claim, one in enumerate(question.claims):
        if not one.width:
            pods[claim] = max([pods[claim], *(_gain(question, prices, host, claim, 0) for host in one.hosts)])
    total = sum(price * one.count for price, one in zip(pods, question.claims, strict=True))
    for host, node in enumerate(question.hosts):
        room = sum(price * amount for price, amount in zip(prices.room[host], node.room, strict=True))
        total += node.nodes * (room + _node(question, prices, host, pods))
    sum_of_all = sum(one.count * one.weight for one in question.claims)
    return min(total // FINE, sum_of_all)


def _gain(question: Question, prices: Prices, host: int, claim: int, pod: int) -> int:
    """What is left of a pod's weight when it has paid for itself and its room."""
    one = question.claims[claim]
    paid = sum(price * need for price, need in zip(prices.room[host], one.needs, strict=True))
    return one.weight * FINE - pod - paid


def _node(question: Question, prices: Prices, host: int, pods: list[int]) -> int:
    """The most that the accelerators of one node can gain."""
    by_width = dict.fromkeys(range(1, question.hosts[host].accelerators + 1), 0)
    shares: list[tuple[int, int, int]] = []
    for claim, one in enumerate(question.claims):
        if not one.width or not question.takes(host, claim):
            continue
        gain = _gain(question, prices, host, claim, pods[claim])
        if one.share_milli:
            shares.append((one.share_milli, gain, one.count))
        else:
            by_width[one.width] = max(by_width[one.width], gain)
    if shares:
        by_width[1] = max(by_width[1], _shared(shares))
    best = [0]
    for accelerators in range(1, question.hosts[host].accelerators + 1):
        best.append(max(best[accelerators - width] + by_width[width] for width in range(1, accelerators + 1)))
    return best[-1]


def _shared(shares: list[tuple[int, int, int]]) -> int:
    """The most that one accelerator can gain from shares: (thousandths, gain, count) each."""
    unit = math.gcd(WHOLE, *(milli for milli, _, _ in shares))
    best = [0] * (WHOLE // unit + 1)
    for milli, gain, count in shares:
        if gain <= 0:
            continue
        size, copies = milli // unit, min(count, WHOLE // milli)
        for _ in range(copies):
            moved = [0] * size + [value + gain for value in best[:-size]]
            best = [max(old, new) for old, new in zip(best, moved, strict=True)]
    return best[-1]
