"""Decide who sits: a flow, whole pods, nodes, and what did not fit mended; the best of several headrooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.sharing.ceiling import Prices, ceiling
from bayplan.placement.sharing.fluid import flow
from bayplan.placement.sharing.mending import Mending
from bayplan.placement.sharing.nodes import empty_nodes, fill, fillings
from bayplan.placement.sharing.rounding import amounts
from bayplan.placement.sharing.seating import Seating
from bayplan.placement.sharing.topping import top_up
from bayplan.placement.work import is_spent, limited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.sharing.fluid import Flow
    from bayplan.placement.sharing.nodes import Node
    from bayplan.placement.sharing.question import Question

HEADROOMS_PERCENT = (15, 10, 6, 3, 1, 0)
"""Room that the flow leaves free: more of it makes nodes easy to fill, less of it seats more in sum."""
GROUPS = 150
SECONDS = 12.0
"""Deterministic ones."""
NEAR = 10_000
"""As good as the best: what is missing is less than this part of it."""


def plan(question: Question, deterministic_seconds: float = SECONDS) -> Seating:
    """Seat as much weight as can be found with so much work, and say what cannot be exceeded."""
    with limited(deterministic_seconds):
        return _plan(question)


def _plan(question: Question) -> Seating:
    bound = flow(question, 0)
    prices = bound.prices if bound else Prices.nothing(question)
    most = ceiling(question, prices)
    best = _seated(question, None, 0)
    for percent in HEADROOMS_PERCENT:
        if _weight(question, best) >= most - most // NEAR or is_spent():
            break
        found = flow(question, percent)
        if found is not None and found.worth > _weight(question, best):
            best = max(best, _seated(question, found, percent), key=lambda nodes: _weight(question, nodes))
    return Seating(fillings=fillings(best), weight=_weight(question, best), ceiling=most, prices=prices)


def _seated(question: Question, found: Flow | None, percent: int) -> list[Node]:
    """Nodes filled after a flow, or without one."""
    nodes = empty_nodes(question)
    if found is not None:
        without = fill(question, nodes, amounts(question, found, percent))
        Mending(question, nodes, without).mend(GROUPS)
    top_up(question, nodes)
    return nodes


def _weight(question: Question, nodes: Sequence[Node]) -> int:
    return sum(question.weight(bundle) for node in nodes for bundle in node.bundles)
