"""The truth: pods arrive one at a time, and each finds a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.groups import groups
from bayplan.placement.problem import LEVELS
from bayplan.placement.realise import waiting
from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "seating"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Pools where the scheduler leaves a pod waiting."""
    for level in LEVELS:
        for group in groups(problem, plan.seats, level):
            counts = {pool.name: nodes(plan, pool, level) for pool in group.pools}
            left = waiting(problem.scheduler, group, counts)
            if left is not None:
                names = " and ".join(counts)
                what = (
                    f"at {level} load a pod of {left.workload} finds no node in {names} when pods arrive {left.order}"
                )
                yield Breach(rule=RULE, what=what)
