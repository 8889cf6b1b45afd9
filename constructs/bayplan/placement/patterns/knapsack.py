"""The best that one node can carry, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from bayplan.placement.certificate.classes import most_on
from bayplan.placement.work import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.certificate.classes import Question
    from bayplan.placement.patterns.columns import Column
    from bayplan.placement.patterns.effort import Effort

STEPS = 1 << 20
"""Parts of the most that a node's pods may be worth in which values are told to the solver."""
TICKS = 0.05
"""Deterministic time for one node: nearly always proven long before."""


class _Found(cp_model.CpSolverSolutionCallback):
    """Every better pattern on the way to the best is worth having."""

    def __init__(self, pods: dict[int, cp_model.IntVar]) -> None:
        super().__init__()
        self.pods = pods
        self.found: list[tuple[tuple[int, int], ...]] = []

    def on_solution_callback(self) -> None:
        """Remember one."""
        amounts = ((shape, self.value(pods)) for shape, pods in self.pods.items())
        self.found.append(tuple((shape, amount) for shape, amount in amounts if amount))


def best_patterns(
    question: Question, kind: int, values: Sequence[float], left: Sequence[int], effort: Effort, *, near: float = 0.0
) -> list[Column]:
    """Patterns of a kind from pods that are left, each worth more than the one before; the last is near the best."""
    room = question.kinds[kind].room
    shapes = [shape for shape in question.kinds[kind].shapes if values[shape] > 0 and left[shape]]
    most = {shape: min(left[shape], most_on(question.shapes[shape], question.kinds[kind])) for shape in shapes}
    if not shapes:
        return []
    model = cp_model.CpModel()
    pods = {shape: model.new_int_var(0, most[shape], "") for shape in shapes}
    for dimension, size in enumerate(room):
        needs = [question.shapes[shape].needs[dimension] for shape in shapes]
        if sum(need * most[shape] for need, shape in zip(needs, shapes, strict=True)) > size:
            model.add(cp_model.LinearExpr.weighted_sum([pods[shape] for shape in shapes], needs) <= size)
    scale = STEPS / max(values[shape] * most[shape] for shape in shapes)
    worth = [max(1, round(values[shape] * scale)) for shape in shapes]
    model.maximize(cp_model.LinearExpr.weighted_sum([pods[shape] for shape in shapes], worth))
    solver = exact_solver(TICKS)
    solver.parameters.relative_gap_limit = near
    found = _Found(pods)
    run(solver, model, found)
    effort.search(solver.response_proto.deterministic_time)
    return [(kind, seats) for seats in found.found if seats]


def exact_solver(ticks: float) -> cp_model.CpSolver:
    """CP-SAT as it gives the same answer on every machine."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = ticks
    return solver
