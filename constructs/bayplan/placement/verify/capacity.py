"""CPU, memory and all that Kubernetes counts by name: every pod fits on a node, all pods of a pool on its nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import guests, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Pool, Problem

RULE = "capacity"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Pods that are larger than a node, and pools that promise more than they have."""
    yield from _amounts_without_names(problem)
    for seat in plan.seats:
        demand, pool = problem.demand(seat.workload), problem.pool(seat.pool)
        if demand is None or pool is None:
            continue
        counted = any(need > room for need, room in zip(demand.extra, pool.extra, strict=False))
        if demand.cpu_millicores > pool.cpu_millicores or demand.memory_mib > pool.memory_mib or counted:
            yield Breach(rule=RULE, what=f"a replica of {seat.workload} is larger than a node of {pool.name}")
    for pool in problem.pools:
        yield from _promises(problem, plan, pool)


def _amounts_without_names(problem: Problem) -> Iterator[Breach]:
    """An amount that no name goes with could be compared with one of another kind."""
    count = len(problem.resources)
    for name, amounts in [(one.workload, one.extra) for one in problem.demands] + [
        (one.name, one.extra) for one in problem.pools
    ]:
        if len(amounts) != count:
            yield Breach(rule=RULE, what=f"{name} has {len(amounts)} amounts for {count} resources")


def _promises(problem: Problem, plan: Plan, pool: Pool) -> Iterator[Breach]:
    for level in LEVELS:
        cpu = memory = 0
        counted = [0] * len(problem.resources)
        for demand, pods in guests(problem, plan, pool, level):
            cpu += pods * demand.cpu_millicores
            memory += pods * demand.memory_mib
            for place, need in enumerate(demand.extra[: len(counted)]):
                counted[place] += pods * need
        there = nodes(plan, pool, level)
        if cpu > there * pool.cpu_millicores or memory > there * pool.memory_mib:
            what = f"{there} nodes of {pool.name} hold less than {cpu}m CPU and {memory}Mi, promised at {level} load"
            yield Breach(rule=RULE, what=what)
        for name, promised, room in zip(problem.resources, counted, pool.extra, strict=False):
            if promised > there * room:
                what = f"{there} nodes of {pool.name} have {there * room} {name}, {promised} are promised"
                yield Breach(rule=RULE, what=f"{what} at {level} load")
