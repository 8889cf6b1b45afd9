"""Whole nodes: large pods never share one beyond its room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import guests, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "whole_nodes"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Workloads with more pods than the nodes have slots of their size."""
    for pool in problem.pools:
        for level in LEVELS:
            there = nodes(plan, pool, level)
            halves = 0
            for demand, pods in guests(problem, plan, pool, level):
                slots = min(room // need for room, need in zip(pool.room, demand.needs, strict=True) if need)
                if pods > slots * there:
                    what = f"{there} nodes of {pool.name} hold {slots * there} of the {pods} pods of {demand.workload}"
                    yield Breach(rule=RULE, what=f"{what} at {level} load")
                halves += pods if demand.cpu_millicores * 2 > pool.cpu_millicores else 0
            if halves > there:
                what = (
                    f"{pool.name} has {there} nodes at {level} load for {halves} pods that take more than half of one"
                )
                yield Breach(rule=RULE, what=what)
