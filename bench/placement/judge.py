"""Whether nodes with their pods are what was asked for, in plain loops that know nothing of how they were found.

Every figure of the table is of a packing that has passed here. A contestant's own word on cost or feasibility is
never taken.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bench.placement.instances import Instance, Type, Workload
    from bench.placement.packing import Filled, Packing


def faults(instance: Instance, packed: Packing, *, apart: bool = False) -> list[str]:
    """What is wrong; `apart` also forbids pods without GPUs on nodes with some."""
    types = {one.name: one for one in instance.types}
    workloads = {one.name: one for one in instance.workloads}
    found = [fault for filled in packed for fault in _of_node(filled, types, workloads, apart=apart)]
    seated: Counter[str] = Counter()
    for filled in packed:
        for name, count in filled.pods:
            seated[name] += count * filled.copies
    found += [
        f"{workload.name}: {seated[workload.name]} of {workload.replicas} pods have a seat"
        for workload in instance.workloads
        if seated[workload.name] != workload.replicas
    ]
    return found


def _of_node(
    filled: Filled, types: Mapping[str, Type], workloads: Mapping[str, Workload], *, apart: bool
) -> Iterator[str]:
    node = types.get(filled.type)
    if node is None or filled.copies < 1:
        yield f"{filled.copies} nodes of type {filled.type}"
        return
    cpu = memory = gpus = pods = 0
    for name, count in filled.pods:
        workload = workloads.get(name)
        if workload is None or count < 1:
            yield f"{filled.type}: {count} pods of {name}"
            continue
        cpu, memory = cpu + count * workload.cpu_milli, memory + count * workload.memory_mib
        gpus, pods = gpus + count * workload.gpu, pods + count
        if workload.gpu and workload.gpu_name not in ("", node.gpu_name):
            yield f"{name} insists on {workload.gpu_name} and sits on {filled.type} with {node.gpu_name or 'none'}"
        if apart and not workload.gpu and node.gpu:
            yield f"{name} needs no GPU and sits on {filled.type}"
    for what, used, room in (
        ("mCPU", cpu, node.cpu_milli),
        ("MiB", memory, node.memory_mib),
        ("GPUs", gpus, node.gpu),
        ("pods", pods, node.pods),
    ):
        if used > room:
            yield f"{filled.type} holds {used} {what} of {room}"
