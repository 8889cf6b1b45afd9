"""Pods per node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import guests, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "pod_slots"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Pools with more pods than their kubelets take."""
    for pool in problem.pools:
        for level in LEVELS:
            taken = sum(pods for _, pods in guests(problem, plan, pool, level))
            there = pool.pods * nodes(plan, pool, level)
            if taken > there:
                yield Breach(rule=RULE, what=f"{pool.name} takes {there} pods at {level} load, {taken} are planned")
