"""CPU and memory: every pod fits on a node, all pods of a pool on its nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import guests, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "capacity"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Pods that are larger than a node, and pools that promise more than they have."""
    for seat in plan.seats:
        demand, pool = problem.demand(seat.workload), problem.pool(seat.pool)
        if demand is None or pool is None:
            continue
        if demand.cpu_millicores > pool.cpu_millicores or demand.memory_mib > pool.memory_mib:
            yield Breach(rule=RULE, what=f"a replica of {seat.workload} is larger than a node of {pool.name}")
    for pool in problem.pools:
        for level in LEVELS:
            cpu = memory = 0
            for demand, pods in guests(problem, plan, pool, level):
                cpu += pods * demand.cpu_millicores
                memory += pods * demand.memory_mib
            there = nodes(plan, pool, level)
            if cpu > there * pool.cpu_millicores or memory > there * pool.memory_mib:
                what = (
                    f"{there} nodes of {pool.name} hold less than {cpu}m CPU and {memory}Mi, promised at {level} load"
                )
                yield Breach(rule=RULE, what=what)
