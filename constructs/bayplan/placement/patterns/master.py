"""The best mix of known patterns, fractions allowed, and the prices that say which patterns are still missing.

The prices start from the fluid picture and are held near to it: without that they swing for hundreds of rounds, as long
as there are few patterns to tell them what a pod is worth.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

from bayplan.placement.patterns.columns import Prices, fill, orders, worth_of
from bayplan.placement.patterns.knapsack import best_patterns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bayplan.placement.certificate.classes import Question
    from bayplan.placement.patterns.columns import Column
    from bayplan.placement.patterns.effort import Effort
    from bayplan.placement.patterns.relaxation import Fluid

NEAR = 0.01
"""How far prices may be from the fluid picture's, as a share, at first."""
BLUR = 0.003
"""Prices are blurred by so much to find several good patterns where they name one."""
BLURRED = 3
"""Such searches for a kind that is in use."""


class Master:
    """A linear program over patterns; patterns are only ever added."""

    def __init__(self, question: Question, centre: Fluid) -> None:
        self.question, self.centre = question, centre
        self.near = NEAR
        self.columns: dict[Column, pywraplp.Variable] = {}
        pods = sum(shape.count for shape in question.shapes)
        self.least = 0.1 * sum(v * s.count for v, s in zip(centre.values, question.shapes, strict=True)) / max(1, pods)
        self._start()

    def _start(self) -> None:
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.solver.SuppressOutput()
        self.objective = self.solver.Objective()
        self.objective.SetMinimization()
        endless = self.solver.infinity()
        self.covers = [self.solver.Constraint(float(shape.count), endless) for shape in self.question.shapes]
        self.groups = [self.solver.Constraint(float(group.low), float(group.high)) for group in self.question.groups]
        highest = 10.0 * max((kind.price for kind in self.question.kinds), default=0) + 10.0
        self.slacks = []
        for cover, value in zip(self.covers, self.centre.values, strict=True):
            away = value * self.near + self.least * self.near
            for sign, price in ((1.0, highest), (1.0, value + away), (-1.0, -max(0.0, value - away))):
                slack = self.solver.NumVar(0.0, endless, "")
                cover.SetCoefficient(slack, sign)
                self.objective.SetCoefficient(slack, price)
                self.slacks.append(slack)
        known, self.columns = list(self.columns), {}
        self.add([(kind, ()) for kind in range(len(self.question.kinds))])
        self.add(known)

    def add(self, columns: Iterable[Column]) -> int:
        """Add patterns; says how many of them are new."""
        before = len(self.columns)
        for column in columns:
            if column in self.columns:
                continue
            kind, seats = column
            nodes = self.solver.NumVar(0.0, self.solver.infinity(), "")
            self.objective.SetCoefficient(nodes, float(self.question.kinds[kind].price))
            self.groups[self.question.kinds[kind].group].SetCoefficient(nodes, 1.0)
            for shape, pods in seats:
                self.covers[shape].SetCoefficient(nodes, float(pods))
            self.columns[column] = nodes
        return len(self.columns) - before

    def solve(self, effort: Effort) -> bool:
        """Find the best mix; False where the solver does not know, even after a fresh start."""
        for _ in range(2):
            status = self.solver.Solve()
            effort.simplex(self.solver.iterations(), self.solver.NumConstraints(), self.solver.NumVariables())
            if status == pywraplp.Solver.OPTIMAL:
                self.values = [cover.dual_value() for cover in self.covers]
                self.worths = [group.dual_value() for group in self.groups]
                self.held = sum(slack.solution_value() for slack in self.slacks)
                self.used = {kind for (kind, _), nodes in self.columns.items() if nodes.solution_value() > 1e-6}
                return True
            self._start()
        return False

    def loosen(self) -> None:
        """Let prices go further away from the fluid picture's."""
        self.near *= 4
        self._start()

    def saves(self, column: Column) -> float:
        """What a node of this pattern is worth more than it costs, as a share of its price."""
        kind = self.question.kinds[column[0]]
        gain = worth_of(self.values, column) + self.worths[kind.group] - kind.price
        return float(gain / (kind.price + 1.0))


def widen(master: Master, units: Sequence[Sequence[float]], rounds: int, effort: Effort) -> None:
    """Look for patterns that make the mix cheaper, until there are none or the effort is spent."""
    question = master.question
    left = [shape.count for shape in question.shapes]
    dice = Random(1)  # noqa: S311 - no secret, and the same on every machine
    kinds = [kind for kind in range(len(question.kinds)) if question.groups[question.kinds[kind].group].high]
    master.add(_greedy(question, kinds, master.centre.values, units, left))
    for number in range(rounds):
        if not effort.left or not master.solve(effort):
            return
        blurred = _blur(master.values, master.near, dice)
        effort.tried(10 * sum(len(question.kinds[kind].shapes) for kind in kinds))
        found = _greedy(question, kinds, master.values, units, left) + _greedy(question, kinds, blurred, units, left)
        better = {column for column in found if master.saves(column) > 1e-6}
        new, settled = master.add(sorted(better)), {column[0] for column in better}
        if new < max(3, len(kinds) // 4) or number % 3 == 2:
            new += _exact(master, [kind for kind in kinds if kind not in settled or new <= 5], left, dice, effort)
        if new <= 1 and master.held < 1e-6:
            return
        if not new:
            master.loosen()


def _exact(master: Master, kinds: Sequence[int], left: Sequence[int], dice: Random, effort: Effort) -> int:
    found: set[Column] = set()
    for kind in kinds:
        tries = [master.values]
        if kind in master.used:
            tries += [_blur(master.values, BLUR, dice) for _ in range(BLURRED - 1)]
        for values in tries:
            found.update(best_patterns(master.question, kind, values, left, effort))
    return master.add(sorted(column for column in found if master.saves(column) > 1e-5))


def _blur(values: Sequence[float], share: float, dice: Random) -> list[float]:
    return [value * (1.0 + dice.uniform(-share, share)) for value in values]


def _greedy(
    question: Question,
    kinds: Sequence[int],
    values: Sequence[float],
    units: Sequence[Sequence[float]],
    left: Sequence[int],
) -> list[Column]:
    prices = Prices(values=values, units=units)
    return [fill(question, kind, order, left) for kind in kinds for order in orders(question, kind, prices, left)]
