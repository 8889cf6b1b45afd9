"""Accelerators: the right model, enough memory on each, enough of them on one node and in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS, NVIDIA
from bayplan.placement.words import accelerators, memory

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables


def refuse(demand: Demand, pool: Pool) -> str:
    """No accelerators, another model, too little memory, or too few on one node."""
    if demand.accelerator_model not in (None, pool.accelerator_model):
        if not pool.accelerator_model and not pool.accelerators:
            return "its nodes have no accelerators"
        return f"its accelerators are {pool.accelerator_model or 'of an unknown model'}, not {demand.accelerator_model}"
    if not demand.accelerators:
        return ""
    if not pool.accelerators:
        return "" if pool.layout else "its nodes have no accelerators"  # of those that are cut `slices` speaks
    if demand.accelerator_model is None and not pool.accelerator_resource.startswith(NVIDIA):
        return f"its accelerators are {pool.accelerator_resource}, and no model of them was asked for"
    return _too_little(demand, pool)


def _too_little(demand: Demand, pool: Pool) -> str:
    if demand.accelerator_memory_mib > pool.accelerator_memory_mib:
        has = memory(pool.accelerator_memory_mib) if pool.accelerator_memory_mib else "memory of unknown size"
        return f"its accelerators have {has} each, a replica needs {memory(demand.accelerator_memory_mib)}"
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
