"""CPU, memory and all that Kubernetes counts by name: a pod fits on a node, and all pods of a pool on its nodes.

Slots and accelerators have files of their own, for they have rules of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.terms import ACCELERATORS, LEVELS, PODS
from bayplan.placement.words import amount, cpu, listing, memory
from bayplan.spec.mig import PREFIX

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables

ELSEWHERE = (PODS, ACCELERATORS)


def refuse(demand: Demand, pool: Pool) -> str:
    """A pod that is larger than a node; says by how much."""
    over = []
    if demand.cpu_millicores > pool.cpu_millicores:
        over.append(f"{cpu(demand.cpu_millicores - pool.cpu_millicores)} more than the {cpu(pool.cpu_millicores)}")
    if demand.memory_mib > pool.memory_mib:
        excess = memory(demand.memory_mib - pool.memory_mib)
        over.append(f"{excess} more memory than the {memory(pool.memory_mib)}")
    for name, need, room in zip(pool.resources, demand.extra, pool.extra, strict=True):
        if need and not room:
            return "" if name.startswith(PREFIX) else f"its nodes have no {name}"  # of those `slices` speaks
        if need > room:
            over.append(f"{amount(name, need - room)} more than the {amount(name, room)}")
    return f"a replica needs {listing(over)} that a node has" if over else ""


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """What is promised to pods is never more than what the nodes have."""
    for pool in problem.pools:
        for level in LEVELS:
            nodes = variables.nodes(pool, level)
            guests = variables.guests(pool, level)
            for kind, room in enumerate(pool.room):
                takers = [(demand.needs[kind], pods) for demand, pods in guests if demand.needs[kind]]
                if takers and kind not in ELSEWHERE:
                    model.add(sum(need * pods for need, pods in takers) <= room * nodes)
