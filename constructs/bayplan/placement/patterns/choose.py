"""Whole nodes of known patterns: the cheapest choice that seats everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from bayplan.placement.patterns.effort import SOLVER_TICK
from bayplan.placement.patterns.knapsack import exact_solver
from bayplan.placement.work import run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.placement.certificate.classes import Question
    from bayplan.placement.patterns.columns import Column
    from bayplan.placement.patterns.effort import Effort


def stand_ins(question: Question) -> list[tuple[int, int]]:
    """Pairs of shapes of which the second may sit on every seat that is made for the first; only the nearest pairs."""
    shapes = question.shapes
    kinds = [frozenset(shape.kinds) for shape in shapes]
    below: list[set[int]] = []
    for number, shape in enumerate(shapes):
        fits = {
            other
            for other, small in enumerate(shapes)
            if other != number
            and small.most >= small.count
            and kinds[number] <= kinds[other]
            and all(need <= room for need, room in zip(small.needs, shape.needs, strict=True))
            and (small.needs != shape.needs or kinds[number] != kinds[other] or other > number)
        }
        below.append(fits)
    return [
        (number, other)
        for number, fits in enumerate(below)
        for other in sorted(fits)
        if not any(other in below[between] for between in fits if between != other)
    ]


def choose(
    question: Question,
    columns: Sequence[Column],
    *,
    known: Mapping[Column, int],
    floor: int,
    tolerance: float,
    pairs: Sequence[tuple[int, int]],
    effort: Effort,
) -> dict[Column, int]:
    """The cheapest choice found; `known` is a choice that seats everybody, to start from."""
    model = cp_model.CpModel()
    seats: list[list[tuple[cp_model.IntVar, int]]] = [[] for _ in question.shapes]
    groups: list[list[cp_model.IntVar]] = [[] for _ in question.groups]
    nodes: dict[Column, cp_model.IntVar] = {}
    for column in columns:
        kind = question.kinds[column[0]]
        high = question.groups[kind.group].high
        nodes[column] = model.new_int_var(0, high, "")
        groups[kind.group].append(nodes[column])
        for shape, pods in column[1]:
            seats[shape].append((nodes[column], pods))
    loans = []
    for first, second in pairs:
        lent = model.new_int_var(0, question.shapes[second].count, "")
        loans.append(lent)
        seats[first].append((lent, -1))
        seats[second].append((lent, 1))
    for wanted, given in zip(question.shapes, seats, strict=True):
        model.add(_sum(given) >= wanted.count)
    for group, bought in zip(question.groups, groups, strict=True):
        if bought:
            model.add_linear_constraint(sum(bought), group.low, group.high)
    cost = _sum([(nodes[column], question.kinds[column[0]].price) for column in columns])
    model.add(cost >= floor)
    model.minimize(cost)
    for column in columns:
        model.add_hint(nodes[column], known.get(column, 0))
    solver = exact_solver(effort.left / SOLVER_TICK)
    solver.parameters.relative_gap_limit = tolerance
    status = run(solver, model)
    effort.search(solver.response_proto.deterministic_time)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return dict(known)
    bought_now = {column: amount for column in columns if (amount := solver.value(nodes[column]))}
    return _settle(question, bought_now, [(*pair, solver.value(lent)) for pair, lent in zip(pairs, loans, strict=True)])


def _settle(
    question: Question, chosen: Mapping[Column, int], loans: Sequence[tuple[int, int, int]]
) -> dict[Column, int]:
    """Seats for those who really sit on them: lent ones change hands, what nobody needs stays empty."""
    nodes = [column for column, amount in sorted(chosen.items()) for _ in range(amount)]
    seats: list[list[int]] = [[] for _ in question.shapes]
    for number, (_, given) in enumerate(nodes):
        for shape, pods in given:
            seats[shape] += [number] * pods
    sizes = [(tuple(-need for need in shape.needs), len(shape.kinds), at) for at, shape in enumerate(question.shapes)]
    # Larger shapes lend first, so that what they were lent themselves is here already.
    for first, second, amount in sorted(loans, key=lambda loan: sizes[loan[0]]):
        if amount:
            seats[second] += seats[first][-amount:]
            del seats[first][-amount:]
    filled: list[dict[int, int]] = [{} for _ in nodes]
    for shape, taken in enumerate(seats):
        for number in sorted(taken)[: question.shapes[shape].count]:
            filled[number][shape] = filled[number].get(shape, 0) + 1
    settled: dict[Column, int] = {}
    for (kind, _), now in zip(nodes, filled, strict=True):
        column = (kind, tuple(sorted(now.items())))
        settled[column] = settled.get(column, 0) + 1
    return settled


def _sum(parts: Sequence[tuple[cp_model.IntVar, int]]) -> cp_model.LinearExpr:
    return cp_model.LinearExpr.weighted_sum([part for part, _ in parts], [factor for _, factor in parts])
