"""Amounts and workloads as people write them: for messages and explanations only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.terms import EPHEMERAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.placement.problem import Demand

MIB_PER_GIB = 1024


def cpu(millicores: int) -> str:
    """`500m CPU`, `2 CPU`."""
    return f"{millicores // 1000} CPU" if millicores % 1000 == 0 else f"{millicores}m CPU"


def memory(mib: int) -> str:
    """`512Mi`, `16Gi`."""
    return f"{mib // MIB_PER_GIB}Gi" if mib and mib % MIB_PER_GIB == 0 else f"{mib}Mi"


def amount(resource: str, number: int) -> str:
    """`10Gi ephemeral storage`, `2 example.com/fpga`."""
    return f"{memory(number)} ephemeral storage" if resource == EPHEMERAL else f"{number} {resource}"


def count(number: int, noun: str) -> str:
    """`1 node`, `3 nodes`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def accelerators(number: int, model: str | None) -> str:
    """`2 l4`, `1 accelerator`."""
    return f"{number} {model}" if model else count(number, "accelerator")


def pod(demand: Demand, resources: Iterable[str] = ()) -> str:
    """What one replica asks for: `500m CPU, 256Mi memory, 1 l4`; the mesh's proxy is named apart.

    `resources` are the names of what it asks for besides.
    """
    parts = [
        cpu(demand.cpu_millicores - demand.sidecar_cpu_millicores),
        f"{memory(demand.memory_mib - demand.sidecar_memory_mib)} memory",
    ]
    if demand.accelerators:
        parts.append(share(demand) + accelerators(demand.accelerators, demand.accelerator_model))
    parts += [amount(name, need) for name, need in zip(resources, demand.extra, strict=False) if need]
    if demand.sidecar_cpu_millicores or demand.sidecar_memory_mib:
        proxy = f"{cpu(demand.sidecar_cpu_millicores)} and {memory(demand.sidecar_memory_mib)} for the mesh's proxy"
        return f"{', '.join(parts)}, and {proxy}"
    return ", ".join(parts)


def share(demand: Demand) -> str:
    """`25 % of `; "" for whole accelerators."""
    return "" if demand.accelerator_share_milli == 1000 else f"{demand.accelerator_share_milli / 10:g} % of "


def replicas(demand: Demand) -> str:
    """How many pods at the most: `12 replicas and 1 more while a new version comes`."""
    if demand.pods_later:
        return f"{count(demand.pods_later, 'pod')}, let in by its queue when others have ended"
    surge = f" and {demand.surge} more while a new version comes" if demand.surge else ""
    return count(demand.pods_max, "replica") + surge


def listing(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
