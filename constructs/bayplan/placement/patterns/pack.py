"""Pack: the cheapest nodes found for a set of pods, what nothing can be cheaper than, and the proof of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.certificate.classes import aggregate
from bayplan.placement.certificate.facets import measure
from bayplan.placement.patterns.choose import choose, stand_ins
from bayplan.placement.patterns.columns import Prices
from bayplan.placement.patterns.descent import descend, descend_by_lots, finish
from bayplan.placement.patterns.effort import Effort
from bayplan.placement.patterns.master import Master, widen
from bayplan.placement.patterns.packing import Packing
from bayplan.placement.patterns.proof import Prover
from bayplan.placement.patterns.relaxation import Relaxation
from bayplan.placement.patterns.rest import Rest
from bayplan.placement.patterns.seats import seat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.certificate.classes import Question
    from bayplan.placement.certificate.facets import Measure
    from bayplan.placement.patterns.packing import Bin, Item
    from bayplan.placement.patterns.relaxation import Fluid

EFFORT = 20.0
TOLERANCE = 0.0005
TASTES = (0.02, 0.0, 0.2)
"""For large pods, in the order in which they are tried."""
ROUNDS = 40
"""Of new patterns."""
SPLITS = 80
"""Cases of a certificate: what it gains after that is not worth its length."""
MANY = 400
"""Shapes that are too many to mix patterns of them: nodes are filled by lots."""


def pack(items: Sequence[Item], bins: Sequence[Bin], effort: float = EFFORT, tolerance: float = TOLERANCE) -> Packing:
    """Pack within an effort, about in seconds but counted, not measured; stop where the gap is within the tolerance."""
    question = aggregate(items, bins)
    measures = measure(question)
    purse = Effort(most=effort)
    prover = Prover(question, measures, Relaxation(question, measures), purse)
    prices = Prices(values=prover.root.fluid.values, units=_units(question, measures, prover.root.fluid))
    if len(question.shapes) > MANY:
        best = Rest.of(question)
        descend_by_lots(best, prover.relaxation, prover.root.fluid, prices, Effort(most=effort / 2, whole=purse))
        finish(best, prices)
        _lift(prover, best, purse, tolerance)
    else:
        best = _search(question, prover, prices, purse, tolerance)
    best.force()
    patterns, unseated = seat(question, items, bins, best.chosen)
    certificate = prover.certificate()
    return Packing(
        bound=certificate.bound,
        certificate=certificate,
        cost=best.cost * question.unit,
        patterns=patterns,
        unseated=unseated,
        impossible=bool(question.misfits) or certificate.bound > question.ceiling * question.unit,
    )


def _search(question: Question, prover: Prover, prices: Prices, purse: Effort, near: float) -> Rest:
    """Plans by ever dearer means, until one is near enough to what is proven or the effort is spent."""
    best = _descended(question, prover, prices, TASTES[0], purse.part(0.15))
    _lift(prover, best, purse.part(0.25), near)
    if _is_near(best, prover, near) or not purse.left:
        return best
    master = Master(question, prover.root.fluid)
    master.add(sorted(best.chosen))
    widen(master, prices.units, ROUNDS, purse.part(0.4))
    for taste in TASTES[1:]:
        other = _descended(question, prover, prices, taste, purse.part(0.2))
        master.add(sorted(other.chosen))
        best = min(best, other, key=_rank)
    chosen = choose(
        question,
        list(master.columns),
        known=best.chosen,
        floor=prover.bound,
        tolerance=near,
        pairs=stand_ins(question),
        effort=purse,
    )
    better = Rest.of(question)
    for column, nodes in sorted(chosen.items()):
        better.take(column, nodes)
    return min(best, better, key=_rank)


def _descended(question: Question, prover: Prover, prices: Prices, taste: float, effort: Effort) -> Rest:
    rest = Rest.of(question)
    descend(rest, prover.relaxation, effort, taste)
    finish(rest, prices)
    rest.force()
    return rest


def _lift(prover: Prover, best: Rest, effort: Effort, near: float) -> None:
    """Prove more, until it is near enough to the best plan."""
    for _ in range(SPLITS):
        if _is_near(best, prover, near) or not effort.left or not prover.split():
            return


def _is_near(best: Rest, prover: Prover, near: float) -> bool:
    return not any(best.left) and best.cost <= prover.bound * (1 + near)


def _rank(rest: Rest) -> tuple[int, int]:
    return sum(rest.left), rest.cost


def _units(question: Question, measures: Sequence[Measure], fluid: Fluid) -> list[list[float]]:
    """Of each kind: what the fluid picture pays for a unit of each resource."""
    units = []
    for kind, measured, prices in zip(question.kinds, measures, fluid.weights, strict=True):
        paid = [0.0] * len(kind.room)
        for facet, price in zip(measured.facets, prices or (0.0,) * len(measured.facets), strict=True):
            if facet.resource is not None:
                paid[facet.resource] += price / facet.step
        units.append(paid)
    return units
