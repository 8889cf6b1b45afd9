"""The fluid picture of a packing: pods may be cut, nodes may be cut, accelerators may not.

A linear program over kinds of node: how many, and how many pods of each shape on them. What fills a node is limited by
every facet of it; the counted resource is a path from 0 to the room, in steps that pods really take, so that 3 and 5 of
8 accelerators leave what they leave in truth. Its prices are the certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.placement.certificate.classes import Question
    from bayplan.placement.certificate.facets import Measure

FEW = 3000
"""Pairs of shape and kind up to which every limit of a shape per node is a row; above, only those asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fluid:
    """One solution, and the prices that prove it."""

    cost: float
    nodes: tuple[float, ...]
    """Of each kind."""
    pods: tuple[tuple[float, ...], ...]
    """Of each kind: of each of its shapes."""
    unseated: float
    """Pods without a seat, at a price above that of any node."""
    values: tuple[float, ...]
    limits: tuple[tuple[int, float], ...]
    weights: tuple[tuple[float, ...], ...]
    """Of each kind: of each of its facets."""
    effort: int
    """Iterations of the simplex."""

    @staticmethod
    def nothing(question: Question) -> Fluid:
        """Where the solver knows nothing."""
        return Fluid(
            cost=0.0,
            nodes=(0.0,) * len(question.kinds),
            pods=tuple((0.0,) * len(kind.shapes) for kind in question.kinds),
            unseated=0.0,
            values=(0.0,) * len(question.shapes),
            limits=(),
            weights=((),) * len(question.kinds),
            effort=0,
        )


class Relaxation:
    """The program, kept between questions that differ in the limits only."""

    def __init__(self, question: Question, measures: Sequence[Measure]) -> None:
        self.question, self.measures = question, measures
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.solver.SuppressOutput()
        self.objective = self.solver.Objective()
        self.objective.SetMinimization()
        self.covers = [self.solver.Constraint(float(shape.count), self.solver.infinity()) for shape in question.shapes]
        highest = max((kind.price for kind in question.kinds), default=0)
        self.slacks = [self._slack(cover, 10.0 * highest + 10.0) for cover in self.covers]
        self.nodes = [self._variable(float(kind.price)) for kind in question.kinds]
        self.pods: list[list[pywraplp.Variable]] = []
        self.facets: list[list[pywraplp.Constraint]] = []
        self.pairs = sum(len(kind.shapes) for kind in question.kinds)
        for number in range(len(question.kinds)):
            self._add_kind(number)
        self.sets: dict[tuple[int, ...], int] = {}
        self.counts: list[pywraplp.Constraint] = []
        for group in question.groups:
            self.count_set(group.kinds)

    @property
    def rows(self) -> int:
        """How large the program is."""
        return int(self.solver.NumConstraints())

    @property
    def variables(self) -> int:
        """How wide it is."""
        return int(self.solver.NumVariables())

    def count_set(self, kinds: tuple[int, ...]) -> int:
        """The number of a set of kinds whose nodes can be limited."""
        if kinds not in self.sets:
            self.sets[kinds] = len(self.counts)
            row = self.solver.Constraint(0.0, self.solver.infinity())
            for kind in kinds:
                row.SetCoefficient(self.nodes[kind], 1.0)
            self.counts.append(row)
        return self.sets[kinds]

    def solve(self, limits: Mapping[int, tuple[int, int | None]], left: Sequence[int] | None = None) -> Fluid | None:
        """The cheapest within the limits of sets, for all pods or those left; None where the solver does not know."""
        pods = left if left is not None else [shape.count for shape in self.question.shapes]
        for cover, count in zip(self.covers, pods, strict=True):
            cover.SetLb(float(count))
        for number, row in enumerate(self.counts):
            low, high = limits.get(number, (0, None))
            row.SetBounds(float(low), self.solver.infinity() if high is None else float(high))
        if self.solver.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        return Fluid(
            cost=self.objective.Value(),
            nodes=tuple(node.solution_value() for node in self.nodes),
            pods=tuple(tuple(pod.solution_value() for pod in pods) for pods in self.pods),
            unseated=sum(slack.solution_value() for slack in self.slacks),
            values=tuple(cover.dual_value() for cover in self.covers),
            limits=tuple((number, row.dual_value()) for number, row in enumerate(self.counts)),
            weights=tuple(tuple(-facet.dual_value() for facet in facets) for facets in self.facets),
            effort=self.solver.iterations(),
        )

    def _variable(self, price: float) -> pywraplp.Variable:
        variable = self.solver.NumVar(0.0, self.solver.infinity(), "")
        self.objective.SetCoefficient(variable, price)
        return variable

    def _slack(self, cover: pywraplp.Constraint, price: float) -> pywraplp.Variable:
        slack = self._variable(price)
        cover.SetCoefficient(slack, 1.0)
        return slack

    def _add_kind(self, number: int) -> None:
        kind, measure = self.question.kinds[number], self.measures[number]
        pods = [self._variable(0.0) for _ in kind.shapes]
        for shape, pod in zip(kind.shapes, pods, strict=True):
            self.covers[shape].SetCoefficient(pod, 1.0)
        rows = []
        for facet in measure.facets:
            row = self._at_most(self.nodes[number], facet.room)
            for steps, pod in zip(facet.column, pods, strict=True):
                if steps:
                    row.SetCoefficient(pod, float(steps))
            rows.append(row)
        for shape, most, pod in zip(kind.shapes, measure.most, pods, strict=True):
            asked = self.question.shapes[shape].most < self.question.shapes[shape].count
            if asked or self.pairs <= FEW:
                self._at_most(self.nodes[number], most).SetCoefficient(pod, 1.0)
        if measure.total:
            self._add_path(number, pods)
        self.pods.append(pods)
        self.facets.append(rows)

    def _at_most(self, node: pywraplp.Variable, room: int) -> pywraplp.Constraint:
        """A sum that is at most so much on each node."""
        row = self.solver.Constraint(-self.solver.infinity(), 0.0)
        row.SetCoefficient(node, -float(room))
        return row

    def _add_path(self, number: int, pods: Sequence[pywraplp.Variable]) -> None:
        """Every node is a path from 0 to the room of the counted resource, in steps that pods take or leave empty."""
        measure = self.measures[number]
        points = [self.solver.Constraint(0.0, 0.0) for _ in range(measure.total + 1)]
        points[0].SetCoefficient(self.nodes[number], -1.0)
        points[-1].SetCoefficient(self.nodes[number], 1.0)
        for count in sorted({count for count in measure.counts if count}):
            row = self.solver.Constraint(-self.solver.infinity(), 0.0)
            for steps, pod in zip(measure.counts, pods, strict=True):
                if steps == count:
                    row.SetCoefficient(pod, 1.0)
            for start in range(measure.total + 1 - count):
                row.SetCoefficient(self._step(points, start, count), -1.0)
        for start in range(measure.total):
            self._step(points, start, 1)

    def _step(self, points: Sequence[pywraplp.Constraint], start: int, length: int) -> pywraplp.Variable:
        step = self._variable(0.0)
        points[start].SetCoefficient(step, 1.0)
        points[start + length].SetCoefficient(step, -1.0)
        return step
