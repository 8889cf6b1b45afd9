"""Sharing: nobody has less of an accelerator than was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

RULE = "sharing"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Shares that are too small, in time or memory, and replicas that would have to ask for two resources."""
    names: dict[str, str] = {}
    for seat in plan.seats:
        demand, pool = problem.demand(seat.workload), problem.pool(seat.pool)
        if demand is None or pool is None or demand.accelerators == 0:
            continue
        if demand.accelerator_share_milli * pool.shares > 1000:
            what = f"{seat.workload} needs {demand.accelerator_share_milli} thousandths of an accelerator"
            yield Breach(rule=RULE, what=f"{what}, those of {pool.name} are shared by {pool.shares}")
        if demand.accelerator_memory_mib * pool.shares > pool.accelerator_memory_mib:
            what = f"{pool.shares} pods like {seat.workload} have no room in the memory of one accelerator"
            yield Breach(rule=RULE, what=f"{what} of {pool.name}")
        first = names.setdefault(seat.workload, pool.accelerator_resource)
        if first != pool.accelerator_resource:
            what = f"{seat.workload} would have to ask for {first} and for {pool.accelerator_resource}"
            yield Breach(rule=RULE, what=what)
