"""First-fit-decreasing, the peer that everybody knows: each class of pods on the type that is cheapest for it.

A class is the CPU-only pods, or those with as many GPUs of one model. Its type is the one on which first-fit-decreasing
of the class alone costs least.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from bench.placement.packing import packing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.placement.instances import Instance, Type, Workload
    from bench.placement.packing import Packing

Class: TypeAlias = tuple[int, str]
"""GPUs of a pod, and the model that it insists on."""


@dataclass(slots=True)
class Open:
    """A node with room left."""

    type: Type
    cpu: int
    memory: int
    gpus: int
    pods: int
    held: dict[str, int] = field(default_factory=dict)

    def fits(self, workload: Workload) -> int:
        """How many more pods of a workload."""
        if workload.gpu and workload.gpu_name not in ("", self.type.gpu_name):
            return 0
        rooms = (
            (self.cpu, workload.cpu_milli),
            (self.memory, workload.memory_mib),
            (self.gpus, workload.gpu),
            (self.pods, 1),
        )
        return min(left // need for left, need in rooms if need)

    def take(self, workload: Workload, count: int) -> None:
        """Put pods on it."""
        self.cpu -= count * workload.cpu_milli
        self.memory -= count * workload.memory_mib
        self.gpus -= count * workload.gpu
        self.pods -= count
        self.held[workload.name] = self.held.get(workload.name, 0) + count


def fixed_type(instance: Instance) -> Packing:
    """Every class on nodes of its own type; classes of one type share its nodes."""
    return _fill(instance, shared=False)


def mixed(instance: Instance) -> Packing:
    """The same types, but a pod takes the first open node that has room for it, whatever it was opened for."""
    return _fill(instance, shared=True)


def classes(instance: Instance) -> dict[Class, list[Workload]]:
    """The workloads of each class, large pods first; classes with more GPUs first."""
    found: dict[Class, list[Workload]] = {}
    for workload in sorted(instance.workloads, key=_size):
        found.setdefault((workload.gpu, workload.gpu_name), []).append(workload)
    return found


def cheapest_type(instance: Instance, workloads: Sequence[Workload]) -> Type:
    """On which first-fit-decreasing of these alone costs least; LookupError where no type holds them all."""
    needs_gpu = any(workload.gpu for workload in workloads)
    fitting = [
        one
        for one in instance.types
        if (one.gpu > 0) == needs_gpu and all(_empty(one).fits(workload) for workload in workloads)
    ]
    if not fitting:
        raise LookupError(f"no type holds every pod of {workloads[0].name} and its like")
    return min(fitting, key=lambda one: (len(_first_fit(workloads, one)) * one.e4_usd_per_hour, one.name))


def _fill(instance: Instance, *, shared: bool) -> Packing:
    everywhere: list[Open] = []
    by_type: dict[str, list[Open]] = {}
    for members in classes(instance).values():
        for part in _parts(instance, members):
            kind = cheapest_type(instance, part)
            nodes = everywhere if shared else by_type.setdefault(kind.name, [])
            for workload in part:
                _seat(workload, nodes, kind)
    filled = everywhere if shared else [node for nodes in by_type.values() for node in nodes]
    return packing((node.type.name, node.held) for node in filled)


def _parts(instance: Instance, members: Sequence[Workload]) -> Iterable[Sequence[Workload]]:
    """The class as one, or pod size by pod size where no single type holds all of it."""
    try:
        cheapest_type(instance, members)
    except LookupError:
        return [[workload] for workload in members]
    return [members]


def _first_fit(workloads: Sequence[Workload], kind: Type) -> list[Open]:
    nodes: list[Open] = []
    for workload in workloads:
        _seat(workload, nodes, kind)
    return nodes


def _seat(workload: Workload, nodes: list[Open], kind: Type) -> None:
    left = workload.replicas
    for node in nodes:
        if left and (count := min(left, node.fits(workload))):
            node.take(workload, count)
            left -= count
    while left:
        node = _empty(kind)
        node.take(workload, count := min(left, node.fits(workload)))
        left -= count
        nodes.append(node)


def _empty(kind: Type) -> Open:
    return Open(kind, kind.cpu_milli, kind.memory_mib, kind.gpu, kind.pods)


def _size(workload: Workload) -> tuple[int, str, int, int, str]:
    return (-workload.gpu, workload.gpu_name, -workload.cpu_milli, -workload.memory_mib, workload.name)
