"""Priority: where room is short, nobody waits while somebody of lower priority sits in a place that would do.

The solver seats the most pods of the highest priority first (`assign`). This rule is what of it can be shown by plain
counting, so that a plan can be refused for it without a solver.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Problem
    from bayplan.placement.variables import Variables


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """Before any of the lower sits, all of the higher do, where they ask for the same kind of place and for no more."""
    named = {name for demand in problem.demands for name in (*demand.near, *demand.apart)}
    alike: dict[Demand, list[Demand]] = defaultdict(list)
    for demand in problem.demands:
        bound = demand.near or demand.apart or demand.workload in named or variables.may_split(demand)
        if demand.may_wait and not bound and not demand.elastic:
            alike[_kind(demand)].append(demand)
    for demands in alike.values():
        for higher in demands:
            lower = [demand for demand in demands if _goes_before(higher, demand)]
            if lower:
                everybody = model.new_bool_var(f"no {higher.workload} waits")
                seated = sum(variables.runs_in(higher, pool) for pool in variables.pools(higher))
                model.add(seated >= higher.copies * everybody)
                for demand in lower:
                    sits = sum(variables.runs_in(demand, pool) for pool in variables.pools(demand))
                    model.add(sits <= demand.copies * everybody)


def _kind(demand: Demand) -> Demand:
    """What makes places alike: everything but names and amounts."""
    return replace(
        demand,
        workload="", cpu_millicores=0, memory_mib=0, sidecar_cpu_millicores=0, sidecar_memory_mib=0, accelerators=0,
        extra=(), pods_min=0, pods_max=0, surge=0, priority=0, copies=1, file="", line=0,
    )  # fmt: skip


def _goes_before(higher: Demand, lower: Demand) -> bool:
    sizes = [(*demand.needs, demand.pods_min, demand.pods_max, demand.surge) for demand in (higher, lower)]
    no_larger = all(mine <= its for mine, its in zip(*sizes, strict=True))
    return higher.priority > lower.priority and no_larger and (not higher.accelerators) == (not lower.accelerators)
