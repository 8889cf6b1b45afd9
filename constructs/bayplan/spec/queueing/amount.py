"""Amounts of queues as messages say them."""

from __future__ import annotations

from bayplan.spec.amount import canonical
from bayplan.spec.queueing.flavor import CPU, DISK, MEMORY


def quantity(name: str, amount: int) -> str:
    """An amount as Kubernetes writes it."""
    if name == CPU:
        return canonical(f"{amount}m")
    if name in (MEMORY, DISK) and amount % 1024 == 0:
        return canonical(f"{amount // 1024}Ki")
    return str(amount)


def told(name: str, amount: int) -> str:
    """`4 nvidia.com/gpu`, `64 cpu`, `256Gi memory`; memory in the largest unit that is near enough."""
    for unit, suffix in ((2**30, "Gi"), (2**20, "Mi")):
        if name in (MEMORY, DISK) and amount >= 10 * unit:
            return f"{amount / unit:.4g}{suffix} {name}"
    return f"{amount / 1000:g} {name}" if name == CPU else f"{quantity(name, amount)} {name}"
