"""Sharing: pods that use one accelerator in turns get no more than their share of its time and of its memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.demand import WHOLE
from bayplan.placement.words import memory

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables


def refuse(demand: Demand, pool: Pool) -> str:
    """Accelerators that more pods share than the workload bears. Who bears sharing may well have a whole one."""
    if not demand.accelerators or pool.shares == 1:
        return ""
    shared = f"its accelerators are shared by {pool.shares} pods each"
    if demand.accelerator_share_milli == WHOLE:
        return f"{shared}, a whole one is asked for"
    if demand.accelerator_share_milli * pool.shares > WHOLE:
        return f"{shared}, {demand.accelerator_share_milli / 10:g} % of one are asked for"
    each = pool.accelerator_memory_mib // pool.shares
    if demand.accelerator_memory_mib > each:
        return f"{shared}, for {memory(each)} of memory, a replica needs {memory(demand.accelerator_memory_mib)}"
    return ""


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """Shared ones may be counted under another name, and all replicas of a workload ask for the same."""
    for demand in problem.demands:
        pools = variables.pools(demand)
        names = sorted({pool.accelerator_resource for pool in pools})
        if not demand.accelerators or len(names) < 2 or not variables.counts_pods(demand):
            continue
        chosen = {name: model.new_bool_var(f"{demand.workload} counts {name}") for name in names}
        model.add_at_most_one(chosen.values())
        for pool in pools:
            model.add(variables.runs_in(demand, pool) <= chosen[pool.accelerator_resource])
