"""Pack: the cheapest nodes found for a set of pods, what nothing can be cheaper than, and the proof of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.certificate.classes import aggregate
from bayplan.placement.certificate.facets import measure
from bayplan.placement.certificate.statement import Certificate, Leaf
from bayplan.placement.patterns.choose import choose, stand_ins
from bayplan.placement.patterns.columns import Prices
from bayplan.placement.patterns.descent import descend, finish
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
TASTES = (0.0, 0.02, 0.2)
ROUNDS = 40


def pack(items: Sequence[Item], bins: Sequence[Bin], effort: float = EFFORT, tolerance: float = TOLERANCE) -> Packing:
    """Pack within an effort, which is about seconds, counted and not measured; stop where the gap is within tolerance."""
    question = aggregate(items, bins)
    if not question.shapes:
        return _nothing(question, items, bins)
    measures = measure(question)
    relaxation = Relaxation(question, measures)
    prover = Prover(question, measures, relaxation)
    purse = Effort(most=effort)
    best = _search(question, measures, relaxation, prover, purse, tolerance)
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


def _search(
    question: Question,
    measures: Sequence[Measure],
    relaxation: Relaxation,
    prover: Prover,
    purse: Effort,
    tolerance: float,
) -> Rest:
    fluid = prover.root.fluid
    units = _units(question, measures, fluid)
    plans = []
    for taste in TASTES:
        rest = Rest.of(question)
        descend(rest, relaxation, Effort(most=purse.left / 4), taste)
        finish(rest, Prices(values=fluid.values, units=units))
        rest.force()
        plans.append(rest)
    best = min(plans, key=_rank)
    for _ in range(60):
        if best.cost <= prover.bound * (1 + tolerance) or not prover.split():
            break
    if any(best.left) or best.cost <= prover.bound * (1 + tolerance):
        return best
    master = Master(question, fluid)
    for rest in plans:
        master.add(sorted(rest.chosen))
    widen(master, units, ROUNDS, Effort(most=purse.left / 2))
    chosen = choose(question, list(master.columns), best.chosen, prover.bound, tolerance, stand_ins(question), purse)
    better = Rest.of(question)
    for column, nodes in chosen.items():
        better.take(column, nodes)
    return min(best, better, key=_rank)


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


def _nothing(question: Question, items: Sequence[Item], bins: Sequence[Bin]) -> Packing:
    """Nobody to seat: only what has to be paid in any case."""
    rest = Rest.of(question)
    rest.force()
    patterns, unseated = seat(question, items, bins, rest.chosen)
    leaf = Leaf(values=(), limits=(), weights=((),) * len(question.kinds))
    certificate = Certificate(bound=0, scale=1, sets=(), root=leaf)
    return Packing(
        bound=0,
        certificate=certificate,
        cost=rest.cost * question.unit,
        patterns=patterns,
        unseated=unseated,
        impossible=bool(question.misfits),
    )
