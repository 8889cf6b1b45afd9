"""Pods that nobody had planned for, into whatever room is left: on accelerators that are shared already, or alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.sharing.nodes import left_of
from bayplan.placement.sharing.question import WHOLE, single

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.sharing.nodes import Node
    from bayplan.placement.sharing.question import Bundle, Question


def top_up(question: Question, nodes: Sequence[Node]) -> None:
    """Seat whoever still fits, the weightiest first; nobody moves."""
    left = left_of(question, nodes)
    for claim in sorted(range(len(left)), key=lambda claim: (-question.claims[claim].weight, claim)):
        homes = [node for node in nodes if left[claim] and question.takes(node.host, claim)]
        for node in homes:
            while left[claim] and _seat(question, node, claim):
                left[claim] -= 1


def _seat(question: Question, node: Node, claim: int) -> bool:
    """Seat one pod if there is room: a share on the fullest accelerator that has enough left."""
    one = question.claims[claim]
    if any(need > room for need, room in zip(one.needs, node.room, strict=True)):
        return False
    if one.share_milli:
        for taken, bundle in sorted(((_milli(question, bundle), bundle) for bundle in node.bundles), reverse=True):
            if 0 < taken <= WHOLE - one.share_milli:
                node.drop(bundle, question.needs(bundle))
                larger = _with(bundle, claim)
                node.take(larger, question.needs(larger))
                return True
    alone = single(question, claim)
    if not node.fits(alone, one.needs):
        return False
    node.take(alone, one.needs)
    return True


def _milli(question: Question, bundle: Bundle) -> int:
    """Thousandths that are taken of a shared accelerator; 0 for whole ones and none."""
    return sum(count * question.claims[claim].share_milli for claim, count in bundle[1])


def _with(bundle: Bundle, claim: int) -> Bundle:
    pods = dict(bundle[1])
    pods[claim] = pods.get(claim, 0) + 1
    return (bundle[0], tuple(sorted(pods.items())))
