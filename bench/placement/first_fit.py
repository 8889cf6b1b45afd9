"""First-fit-decreasing, the peer that everybody knows: each class of pods on the type that is cheapest for it.

A class is the CPU-only pods, or those with as many GPUs of one model. Its type is the one on which first-fit-decreasing
of the class alone costs least.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from bench.placement.packing import packing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.placement.instances import Instance, Type, Workload
    from bench.placement.packing import Packing


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
        if workload.gpu and (self.gpus < workload.gpu or workload.gpu_name not in ("", self.type.gpu_name)):
            return 0
        count = min(self.cpu // workload.cpu_milli, self.memory // workload.memory_mib, self.pods)
        return min(count, self.gpus // workload.gpu) if workload.gpu else count

    def take(self, workload: Workload, count: int) -> None:
        """Put pods on it."""
        self.cpu -= count * workload.cpu_milli
        self.memory -= count * workload.memory_mib
        self.gpus -= count * workload.gpu
        self.pods -= count
        self.held[workload.name] = self.held.get(workload.name, 0) + count


class Row:
    """Nodes in the order in which they were opened."""

    def __init__(self, smallest: tuple[int, int, int]) -> None:
        self.nodes: list[Open] = []
        self._open: list[Open] = []
        self._smallest = smallest
        """CPU, memory and GPUs of which no pod to come asks for less: a node with less is not asked any more."""

    def seat(self, workload: Workload, kind: Type) -> None:
        """Each pod on the first node with room, or on a new one of this type."""
        left = workload.replicas
        for node in self._open:
            if count := min(left, node.fits(workload)):
                node.take(workload, count)
                left -= count
                if not left:
                    break
        while left:
            node = _empty(kind)
            node.take(workload, count := min(left, node.fits(workload)))
            left -= count
            self.nodes.append(node)
            self._open.append(node)
        cpu, memory, gpus = self._smallest
        self._open = [
            node for node in self._open if node.cpu >= cpu and node.memory >= memory and node.gpus >= gpus and node.pods
        ]


def fixed_type(instance: Instance) -> Packing:
    """Every class on nodes of its own type; classes of one type share its nodes."""
    return _fill(instance, shared=False)


def mixed(instance: Instance) -> Packing:
    """The same types, but a pod takes the first open node that has room for it, whatever it was opened for."""
    return _fill(instance, shared=True)


def classes(instance: Instance) -> list[tuple[Workload, ...]]:
    """The workloads by class, large pods first; pod size by pod size where no single type holds all of a class."""
    found: dict[tuple[int, str], list[Workload]] = {}
    for workload in sorted(instance.workloads, key=_size):
        found.setdefault((workload.gpu, workload.gpu_name), []).append(workload)
    return [
        part
        for members in found.values()
        for part in ([tuple(members)] if _fitting(instance, members) else [(workload,) for workload in members])
    ]


def candidates(instance: Instance, part: tuple[Workload, ...]) -> list[Type]:
    """Types that hold every pod of a class, the one first on which first-fit-decreasing of it costs least.

    Left out are those that cost more than the second of them even if nothing of a node were lost.
    """
    priced: list[tuple[int, str, Type]] = []
    floors = [(_floor(part, one), one.name, one) for one in _fitting(instance, part)]
    for floor, name, kind in sorted(floors, key=lambda told: told[:2]):
        if len(priced) > 1 and floor >= sorted(cost for cost, _, _ in priced)[1]:
            break
        priced.append((fewest(part, kind) * kind.e4_usd_per_hour, name, kind))
    return [kind for _, _, kind in sorted(priced, key=lambda told: told[:2])]


def _fitting(instance: Instance, part: Sequence[Workload]) -> list[Type]:
    fitting = [one for one in instance.types if all(_empty(one).fits(workload) for workload in part)]
    return fitting if part[0].gpu else [one for one in fitting if not one.gpu] or fitting


def _floor(part: Sequence[Workload], kind: Type) -> int:
    """Price of the nodes that a class needs in sum."""
    sums = (
        (sum(workload.replicas * workload.cpu_milli for workload in part), kind.cpu_milli),
        (sum(workload.replicas * workload.memory_mib for workload in part), kind.memory_mib),
        (sum(workload.replicas * workload.gpu for workload in part), kind.gpu),
        (sum(workload.replicas for workload in part), kind.pods),
    )
    return max(-(-total // room) for total, room in sums if total) * kind.e4_usd_per_hour


@cache
def fewest(part: tuple[Workload, ...], kind: Type) -> int:
    """Nodes of one type that first-fit-decreasing needs."""
    row = Row(_smallest(part))
    for workload in part:
        row.seat(workload, kind)
    return len(row.nodes)


def _fill(instance: Instance, *, shared: bool) -> Packing:
    rows: dict[str, Row] = {}
    for part in classes(instance):
        kind = candidates(instance, part)[0]
        row = rows.setdefault("" if shared else kind.name, Row(_smallest(instance.workloads)))
        for workload in part:
            row.seat(workload, kind)
    return packing((node.type.name, node.held) for row in rows.values() for node in row.nodes)


def _smallest(part: Sequence[Workload]) -> tuple[int, int, int]:
    return (
        min(workload.cpu_milli for workload in part),
        min(workload.memory_mib for workload in part),
        min(workload.gpu for workload in part),
    )


def _empty(kind: Type) -> Open:
    return Open(kind, kind.cpu_milli, kind.memory_mib, kind.gpu, kind.pods)


def _size(workload: Workload) -> tuple[int, str, int, int, str]:
    return (-workload.gpu, workload.gpu_name, -workload.cpu_milli, -workload.memory_mib, workload.name)
