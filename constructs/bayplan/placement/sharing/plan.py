"""Decide who sits: a flow, whole pods, nodes, and what did not fit mended; the best of several headrooms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.placement.sharing.ceiling import Prices, ceiling
from bayplan.placement.sharing.fluid import flow
from bayplan.placement.sharing.mending import Mending
from bayplan.placement.sharing.nodes import copied, empty_nodes, fill, fillings, left_of
from bayplan.placement.sharing.rounding import amounts
from bayplan.placement.sharing.seating import Seating
from bayplan.placement.sharing.topping import top_up
from bayplan.placement.work import is_spent, limited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.sharing.nodes import Node
    from bayplan.placement.sharing.question import Bundle, Question

HEADROOMS_PERCENT = (15, 10, 6, 3, 1, 0)
"""Room that the flow leaves free: more of it makes nodes easy to fill, less of it seats more in sum."""
GROUPS = 400
"""Of nodes that are filled anew, after each flow."""
SECONDS = 10.0
"""Deterministic ones, for all that the solver searches."""
NEAR = 10_000
"""As good as the best: what is missing is less than this part of it."""
DEARER = 64
"""How many times its weight a pod of a higher priority counts while those of a lower one are seated around it."""


def plan(question: Question, deterministic_seconds: float = SECONDS) -> Seating:
    """Seat as much weight as can be found with so much work, priority by priority, and say what cannot be exceeded."""
    prices, most = bound(question)
    nodes = empty_nodes(question)
    priorities = sorted({claim.priority for claim in question.claims}, reverse=True)
    for priority in priorities:
        stage = _stage(question, nodes, priority)
        with limited(deterministic_seconds / len(priorities)):
            nodes = _best(question, stage, nodes)
    weight = sum(_weight(question, nodes))
    return Seating(fillings=fillings(nodes), weight=weight, ceiling=most, prices=prices)


def bound(question: Question) -> tuple[Prices, int]:
    """Prices, and the weight that they prove no seating exceeds."""
    found = flow(question, 0)
    prices = found.prices if found else Prices.nothing(question)
    return prices, ceiling(question, prices)


def _stage(question: Question, nodes: Sequence[Node], priority: int) -> Question:
    """Only this priority still asks; who has more of it, and sits, had better go on sitting."""
    left = left_of(question, nodes)
    claims = []
    for claim, waiting in zip(question.claims, left, strict=True):
        higher = claim.priority > priority
        count = claim.count - waiting if higher else claim.count * (claim.priority == priority)
        claims.append(replace(claim, count=count, weight=claim.weight * (DEARER if higher else 1)))
    return replace(question, claims=tuple(claims))


def _best(question: Question, stage: Question, before: Sequence[Node]) -> list[Node]:
    """The best seating of a stage: the one before with whoever still fits, or all anew."""
    kept = copied(before)
    top_up(stage, kept)
    best = kept
    _, most = bound(stage)
    enough = most - most // NEAR
    for percent in HEADROOMS_PERCENT:
        now = sum(_weight(stage, best))
        if now >= enough or is_spent():
            break
        found = flow(stage, percent)
        if found is None or found.worth <= now:
            continue
        nodes = empty_nodes(stage)
        without = fill(stage, nodes, amounts(stage, found, percent))
        _mend(stage, nodes, without, enough)
        best = max(best, nodes, key=lambda nodes: _weight(question, nodes))
    return best


def _mend(question: Question, nodes: list[Node], without: Sequence[Bundle], enough: int) -> None:
    """Mend and top up in turn, as long as one makes room for the other."""
    before = -1
    while before < (now := sum(_weight(question, nodes))) < enough:
        before = now
        Mending(question, nodes, without).mend(GROUPS)
        top_up(question, nodes)
        without = ()
    top_up(question, nodes)


def _weight(question: Question, nodes: Sequence[Node]) -> list[int]:
    """Of all pods that sit, the highest priority first."""
    priorities = sorted({claim.priority for claim in question.claims}, reverse=True)
    weights = dict.fromkeys(priorities, 0)
    for node in nodes:
        for _, pods in node.bundles:
            for claim, count in pods:
                one = question.claims[claim]
                weights[one.priority] += count * one.weight
    return [weights[priority] for priority in priorities]
