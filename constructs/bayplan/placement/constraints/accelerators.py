"""Accelerators: the right model, enough of each, enough of them on one node and in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.demand import WHOLE
from bayplan.placement.problem import LEVELS, NVIDIA
from bayplan.placement.words import accelerators, memory

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables


def refuse(demand: Demand, pool: Pool) -> str:
    """No accelerators, another model, too small a share, too little memory, or too few on one node."""
    if demand.accelerator_model not in (None, pool.accelerator_model):
        has = pool.accelerator_model or ("of an unknown model" if pool.accelerators else "none")
        return f"its accelerators are {has}, not {demand.accelerator_model}"
    if not demand.accelerators:
        return ""
    return _unlike(demand, pool) or _too_little(demand, pool)


def _unlike(demand: Demand, pool: Pool) -> str:
    if not pool.accelerators:
        return f"its accelerators are cut ({pool.layout})" if pool.layout else "its nodes have no accelerators"
    if demand.accelerator_model is None and not pool.accelerator_resource.startswith(NVIDIA):
        return f"its accelerators are {pool.accelerator_resource}, and no model of them was asked for"
    return ""


def _too_little(demand: Demand, pool: Pool) -> str:
    if demand.accelerator_share_milli * pool.shares > WHOLE:
        whole = demand.accelerator_share_milli == WHOLE
        asked = "a whole one is" if whole else f"{demand.accelerator_share_milli / 10:g} % of one are"
        return f"its accelerators are shared by {pool.shares} pods each, {asked} asked for"
    if demand.accelerator_memory_mib > pool.accelerator_memory_mib // pool.shares:
        has = memory(pool.accelerator_memory_mib // pool.shares) if pool.accelerator_memory_mib else ""
        who = "accelerators have" if pool.shares == 1 else f"accelerators, shared by {pool.shares}, have"
        needs = memory(demand.accelerator_memory_mib)
        return f"its {who} {has or 'memory of unknown size'} each, a replica needs {needs}"
    if demand.accelerators > pool.accelerators:
        has = accelerators(pool.accelerators, pool.accelerator_model)
        return f"its nodes have {has}, a replica needs {demand.accelerators}"
    return ""


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """No more accelerators are taken in a pool than its nodes have."""
    for pool in problem.pools:
        for level in LEVELS:
            taken = sum(demand.accelerators * room for demand, room in variables.guests(pool, level))
            model.add(taken <= pool.accelerators * variables.nodes(pool, level))
    for demand in problem.demands:
        if demand.accelerators and variables.may_split(demand):
            _count_under_one_name(demand, variables, model)


def _count_under_one_name(demand: Demand, variables: Variables, model: CpModel) -> None:
    """Where accelerators are shared they may have another name, and all replicas of a workload ask for the same."""
    pools = variables.pools(demand)
    names = sorted({pool.accelerator_resource for pool in pools})
    chosen = {name: model.new_bool_var(f"{demand.workload} counts {name}") for name in names}
    model.add_at_most_one(chosen.values())
    for pool in pools:
        model.add(variables.runs_in(demand, pool) <= chosen[pool.accelerator_resource])
