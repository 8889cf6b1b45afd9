"""What is counted on a node, as people read it: which resources a bay shows, and amounts of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.terms import ACCELERATORS, CPU, MEMORY, PODS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.pool import Pool
    from bayplan.placement.terms import Amounts

SHORT = {CPU: "cpu", MEMORY: "mem", PODS: "pods", ACCELERATORS: "acc"}
LONG = {CPU: "CPU", MEMORY: "memory", PODS: "pods", ACCELERATORS: "accelerators"}
MIB_PER_GIB = 1024
TIGHT_PERCENT = 80
"""From so full on, slots for pods and rarer resources are worth a line of their own."""


def lanes(pool: Pool, used: Sequence[Amounts]) -> tuple[int, ...]:
    """The resources that are drawn of a pool's nodes, the one that is fullest first: CPU, memory, accelerators, and
    others where they run short."""
    totals = [sum(amounts[kind] for amounts in used) for kind in range(len(pool.room))]
    shown = [
        kind
        for kind, room in enumerate(pool.room)
        if room
        and (
            kind in (CPU, MEMORY, ACCELERATORS) or any(amounts[kind] * 100 >= TIGHT_PERCENT * room for amounts in used)
        )
    ]
    if not shown:
        return ()
    fullest = max(shown, key=lambda kind: (totals[kind] * 10**6 // pool.room[kind], kind == ACCELERATORS, -kind))
    return (fullest, *(kind for kind in shown if kind != fullest))


def short(pool: Pool, kind: int) -> str:
    """A few letters for the edge of a picture."""
    if kind == ACCELERATORS and "gpu" in pool.accelerator_resource:
        return "gpu"
    return SHORT.get(kind, "more")


def long(pool: Pool, kind: int) -> str:
    """The name in a sentence."""
    if kind == ACCELERATORS and pool.accelerator_model:
        return f"{pool.accelerator_model} accelerators"
    extra = kind - len(SHORT)
    return LONG.get(kind) or (pool.resources[extra] if extra < len(pool.resources) else "other")


def amount(kind: int, number: int) -> str:
    """`7.6` cores, `27.9 GiB`, `3`."""
    if kind == CPU:
        return tenths(number, 1000)
    if kind == MEMORY:
        return f"{tenths(number, MIB_PER_GIB)} GiB"
    return f"{number:,}"


def tenths(number: int, unit: int) -> str:
    """One decimal, rounded half up, and none where it is 0."""
    value = (number * 10 + unit // 2) // unit
    return f"{value // 10:,}" + (f".{value % 10}" if value % 10 else "")
