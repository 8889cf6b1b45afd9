"""Choices: a load that several kinds of pods carry together; how many of each is decided with where they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.terms import LEVELS

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, LinearExpr

    from bayplan.placement.problem import Choice, Option, Problem
    from bayplan.placement.terms import Level
    from bayplan.placement.variables import Variables

    Counts = list[tuple[Option, LinearExpr | int]]


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """The load is carried at both ends, by no more pods than it takes, and each kind keeps to its share.

    A kind that runs at all has a pod at the minimum, too, unless nothing runs then: no autoscaler starts from none.
    """
    for choice in problem.choices:
        known = [(option, problem.demand(option.demand)) for option in choice.options]
        kinds = [(option, demand) for option, demand in known if demand is not None]
        for level in LEVELS:
            counts: Counts = [
                (option, sum(variables.pods(demand, pool, level) for pool in variables.pools(demand)))
                for option, demand in kinds
            ]
            _carry(choice, counts, level, model)
            for (_, count), (_, demand) in zip(counts, kinds, strict=True):
                for pool in variables.pools(demand) if level == "min" and choice.load_min else ():
                    model.add(count >= variables.is_home(demand, pool))


def _carry(choice: Choice, counts: Counts, level: Level, model: CpModel) -> None:
    load = choice.load(level)
    carried = sum(option.throughput * count for option, count in counts)
    model.add(carried >= load)
    model.add(carried <= (load - 1 + _overshoot(choice, counts, level, model) if load else 0))
    for option, count in counts:
        if option.most_percent < 100:
            model.add(100 * count <= option.most_percent * sum(others for _, others in counts))


def _overshoot(choice: Choice, counts: Counts, level: Level, model: CpModel) -> LinearExpr | int:
    """Less than the largest kind of pod; more only at the minimum, where every kind that runs keeps one pod."""
    largest = max(option.throughput for option in choice.options)
    if level == "max":
        return largest
    single = model.new_bool_var(f"one pod of each kind of {choice.workload}")
    for _, count in counts:
        model.add(count <= 1).only_enforce_if(single)
    return largest + sum(option.throughput for option in choice.options) * single
