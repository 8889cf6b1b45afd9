"""Make certificates: from the prices of linear programs, over a tree of cases, checked by the checker itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from bayplan.placement.certificate.check import leaf_worth
from bayplan.placement.certificate.statement import Branch, Certificate, Leaf, RefusedError
from bayplan.placement.certificate.worth import FINE
from bayplan.placement.patterns.relaxation import Fluid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.certificate.classes import Question
    from bayplan.placement.certificate.facets import Measure
    from bayplan.placement.patterns.effort import Effort
    from bayplan.placement.patterns.relaxation import Relaxation

SHRINKS = (0.0, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
"""By how much prices are lowered until the checker agrees: what rounding to integers needs, and no more."""
NEAR = 1e-6
"""Nodes this near to a whole number are whole."""
Limits = dict[int, tuple[int, int | None]]


@dataclass(slots=True, kw_only=True)
class Case:
    """A leaf of the tree while it grows."""

    limits: Limits
    fluid: Fluid
    leaf: Leaf
    worth: int
    over: int = 0
    at_most: int = 0
    parts: list[Case] = field(default_factory=list)


class Prover:
    """A proof that grows: the weakest case is split in two as long as there is effort."""

    def __init__(self, question: Question, measures: Sequence[Measure], relaxation: Relaxation, effort: Effort) -> None:
        self.question, self.measures, self.relaxation = question, measures, relaxation
        self.effort = effort
        self.scale = 1
        pods = sum(shape.count for shape in question.shapes)
        limits: Limits = {number: (group.low, group.high) for number, group in enumerate(question.groups)}
        fluid = relaxation.solve(limits)
        cost = fluid.cost if fluid is not None else 0.0
        while pods * 4 > self.scale and pods > 1e-6 * cost * self.scale:
            self.scale *= 10
        self.root = self._case(limits, fluid)
        self.waiting: list[tuple[int, int, Case]] = [(self.root.worth, 0, self.root)]
        self.made = 1

    @property
    def bound(self) -> int:
        """What is proven so far, in units."""
        return max(0, -(-self.waiting[0][0] // self.scale))

    def split(self) -> bool:
        """Split the weakest case; False where there is nothing to split."""
        case = self.waiting[0][2]
        found = self._fraction(case)
        if found is None:
            return False
        case.over, case.at_most = found
        low, high = case.limits.get(case.over, (0, None))
        halves: tuple[tuple[int, int | None], ...] = ((low, case.at_most), (case.at_most + 1, high))
        heappop(self.waiting)
        for least, most in halves:
            limits = {**case.limits, case.over: (least, most)}
            part = self._case(limits, self.relaxation.solve(limits), case)
            case.parts.append(part)
            heappush(self.waiting, (part.worth, self.made, part))
            self.made += 1
        return True

    def certificate(self) -> Certificate:
        """All that is proven so far."""
        groups = len(self.question.groups)
        return Certificate(
            bound=self.bound * self.question.unit,
            scale=self.scale,
            sets=tuple(self.relaxation.sets)[groups:],
            root=_tree(self.root),
        )

    def _fraction(self, case: Case) -> tuple[int, int] | None:
        """The set of nodes to split at: the dearest fraction."""
        best: tuple[float, int, int] | None = None
        for number, kinds in enumerate(self.relaxation.sets):
            nodes = sum(case.fluid.nodes[kind] for kind in kinds)
            whole = int(nodes + NEAR)
            part = nodes - whole
            low, high = case.limits.get(number, (0, None))
            if part < NEAR or whole < low or (high is not None and whole + 1 > high):
                continue
            price = max(self.question.kinds[kind].price for kind in kinds)
            score = price * min(part, 1.0 - part)
            if best is None or score > best[0]:
                best = (score, number, whole)
        return None if best is None else best[1:]

    def _case(self, limits: Limits, fluid: Fluid | None, parent: Case | None = None) -> Case:
        if fluid is not None:
            self.effort.simplex(fluid.effort, self.relaxation.rows, self.relaxation.variables)
            leaf, worth = self._leaf(limits, fluid)
            if parent is None or worth >= parent.worth:
                return Case(limits=limits, fluid=fluid, leaf=leaf, worth=worth)
        if parent is None:
            leaf = Leaf(values=(0,) * len(self.question.shapes), limits=(), weights=((),) * len(self.question.kinds))
            return Case(limits=limits, fluid=Fluid.nothing(self.question), leaf=leaf, worth=0)
        # What holds in the whole holds in its parts.
        return Case(limits=limits, fluid=parent.fluid, leaf=parent.leaf, worth=parent.worth)

    def _leaf(self, limits: Limits, fluid: Fluid) -> tuple[Leaf, int]:
        """Integers from the solver's prices, lowered until the checker agrees."""
        sets = tuple(self.relaxation.sets)
        for shrink in SHRINKS:
            scale = self.scale * (1.0 - shrink)
            leaf = Leaf(
                values=tuple(max(0, int(value * scale)) for value in fluid.values),
                limits=tuple((number, worth) for number, price in fluid.limits if (worth := round(price * scale))),
                weights=tuple(
                    tuple(
                        (number, weight)
                        for number, price in enumerate(prices)
                        if (weight := round(price * scale * FINE)) > 0
                    )
                    for prices in fluid.weights
                ),
            )
            try:
                return leaf, leaf_worth(self.question, self.measures, leaf, scale=self.scale, sets=sets, known=limits)
            except RefusedError:
                continue
        raise AssertionError("prices of nothing prove nothing, and that always holds")


def _tree(case: Case) -> Branch | Leaf:
    if not case.parts:
        return case.leaf
    below, above = (_tree(part) for part in case.parts)
    return Branch(over=case.over, at_most=case.at_most, below=below, above=above)
