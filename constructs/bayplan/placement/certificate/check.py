"""Check a proof of cost, in plain integers: all that it claims is computed again from the question.

Every packing pays at least what its pods are worth, if no node carries pods worth more than it costs. The tree of cases
says more: within a case, nodes of a set that must exist or must not are worth something too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.certificate.classes import aggregate
from bayplan.placement.certificate.facets import measure
from bayplan.placement.certificate.statement import Branch, RefusedError
from bayplan.placement.certificate.worth import most_worth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.certificate.classes import Question
    from bayplan.placement.certificate.facets import Measure
    from bayplan.placement.certificate.statement import Certificate, Leaf
    from bayplan.placement.patterns.packing import Bin, Item

DEEPEST = 200
"""Cases within cases that a proof may have: more is not a proof that anybody made."""


def check(items: Sequence[Item], bins: Sequence[Bin], certificate: Certificate) -> int:
    """The bound that the certificate proves; raises RefusedError where that is not the one that it claims."""
    question = aggregate(items, bins)
    proven = prove(question, measure(question), certificate)
    if certificate.bound > proven:
        raise RefusedError(f"it claims a bound of {certificate.bound}, and proves {proven}")
    return certificate.bound


def prove(question: Question, measures: Sequence[Measure], certificate: Certificate) -> int:
    """The bound that the certificate's numbers prove, whatever it claims."""
    if certificate.scale < 1:
        raise RefusedError(f"its scale is {certificate.scale}")
    sets = [group.kinds for group in question.groups] + [tuple(one) for one in certificate.sets]
    if any(kind not in range(len(question.kinds)) for one in sets for kind in one) or any(
        len(set(one)) < len(one) for one in sets
    ):
        raise RefusedError("it counts nodes of a kind that is not there, or twice")
    limits: dict[int, tuple[int, int | None]] = {
        number: (group.low, group.high) for number, group in enumerate(question.groups)
    }
    waiting: list[tuple[Branch | Leaf, dict[int, tuple[int, int | None]], int]] = [(certificate.root, limits, 0)]
    least: int | None = None
    while waiting:
        case, known, depth = waiting.pop()
        if isinstance(case, Branch):
            waiting += [(part, held, depth + 1) for part, held in _split(case, known, len(sets), depth)]
            continue
        worth = leaf_worth(question, measures, case, scale=certificate.scale, sets=sets, known=known)
        least = worth if least is None else min(least, worth)
    # Costs are whole units, so what is proven counts up to the next of them.
    return question.unit * max(0, -(-(least or 0) // certificate.scale))


def _split(
    case: Branch, known: dict[int, tuple[int, int | None]], sets: int, depth: int
) -> list[tuple[Branch | Leaf, dict[int, tuple[int, int | None]]]]:
    """Both cases with what holds in each; one that contradicts what holds already needs no proof."""
    if case.over not in range(sets) or depth > DEEPEST:
        raise RefusedError(f"case {case.over} at depth {depth} is not there")
    low, high = known.get(case.over, (0, None))
    parts = (
        (case.below, low, case.at_most if high is None else min(high, case.at_most)),
        (case.above, max(low, case.at_most + 1), high),
    )
    return [(part, {**known, case.over: (least, most)}) for part, least, most in parts if most is None or least <= most]


def leaf_worth(
    question: Question,
    measures: Sequence[Measure],
    leaf: Leaf,
    *,
    scale: int,
    sets: Sequence[tuple[int, ...]],
    known: dict[int, tuple[int, int | None]],
) -> int:
    """What every packing of one case costs at least, in parts of the unit."""
    if len(leaf.values) != len(question.shapes) or len(leaf.weights) != len(question.kinds):
        raise RefusedError("it does not price every shape and every kind")
    if min(leaf.values, default=0) < 0:
        raise RefusedError("a pod has a negative price")
    total = sum(value * shape.count for value, shape in zip(leaf.values, question.shapes, strict=True))
    allowed = [scale * kind.price for kind in question.kinds]
    for number, worth in leaf.limits:
        low, high = known.get(number, (0, None))
        if number not in range(len(sets)) or (worth < 0 and high is None):
            raise RefusedError(f"it prices a limit of set {number} that does not hold")
        total += worth * (low if worth > 0 or high is None else high)
        for member in sets[number]:
            allowed[member] -= worth
    for number, most in enumerate(allowed):
        kind = question.kinds[number]
        values = [leaf.values[shape] for shape in kind.shapes]
        if any(weight < 0 or at not in range(len(measures[number].facets)) for at, weight in leaf.weights[number]):
            raise RefusedError(f"it prices kind {number} below nothing")
        if most_worth(measures[number], values, leaf.weights[number]) > most:
            raise RefusedError(f"a node of kind {number} may carry pods worth more than it costs")
    return total
