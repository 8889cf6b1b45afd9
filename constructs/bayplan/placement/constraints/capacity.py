"""CPU and memory: a pod fits on a node, and all pods of a pool on its nodes in sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.problem import LEVELS
from bayplan.placement.words import cpu, listing, memory

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables


def refuse(demand: Demand, pool: Pool) -> str:
    """A pod that is larger than a node; says by how much."""
    over = []
    if demand.cpu_millicores > pool.cpu_millicores:
        over.append(f"{cpu(demand.cpu_millicores - pool.cpu_millicores)} more than the {cpu(pool.cpu_millicores)}")
    if demand.memory_mib > pool.memory_mib:
        excess = memory(demand.memory_mib - pool.memory_mib)
        over.append(f"{excess} more memory than the {memory(pool.memory_mib)}")
    return f"a replica needs {listing(over)} that a node has" if over else ""


def build(problem: Problem, variables: Variables, model: CpModel) -> None:
    """What is promised to pods is never more than what the nodes have."""
    for pool in problem.pools:
        for level in LEVELS:
            nodes = variables.nodes(pool, level)
            guests = variables.guests(pool, level)
            model.add(sum(demand.cpu_millicores * pods for demand, pods in guests) <= pool.cpu_millicores * nodes)
            model.add(sum(demand.memory_mib * pods for demand, pods in guests) <= pool.memory_mib * nodes)
