"""Choices: the load is carried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Choice, Level, Problem

RULE = "choices"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Loads that the planned pods do not carry, and kinds of pods beyond their share."""
    for choice in problem.choices:
        for level in LEVELS:
            yield from _level(choice, plan, level)
        for option in choice.options:
            low, high = (_pods(plan, option.demand, level) for level in LEVELS)
            if choice.load_min and high and not low:
                yield Breach(rule=RULE, what=f"{option.demand} has no pod at min load, so none can follow the load")


def _level(choice: Choice, plan: Plan, level: Level) -> Iterator[Breach]:
    pods = {option.demand: _pods(plan, option.demand, level) for option in choice.options}
    carried = sum(option.throughput * pods[option.demand] for option in choice.options)
    if carried < choice.load(level):
        what = f"the pods of {choice.workload} carry {carried} at {level} load, {choice.load(level)} are asked for"
        yield Breach(rule=RULE, what=what)
    for option in choice.options:
        mine, every = pods[option.demand], sum(pods.values())
        if mine * 100 > option.most_percent * every:
            what = f"{mine} of {every} pods of {choice.workload} are {option.demand} at {level} load"
            yield Breach(rule=RULE, what=f"{what}, {option.most_percent} % may be")


def _pods(plan: Plan, workload: str, level: Level) -> int:
    seats = [seat for seat in plan.seats if seat.workload == workload]
    return sum(seat.pods_min if level == "min" else seat.pods_max for seat in seats)
