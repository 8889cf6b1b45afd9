"""Nodes with their pods, as any of the contestants hands them in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bench.placement.instances import Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Nodes of one type that hold the same pods."""

    type: str
    pods: tuple[tuple[str, int], ...]
    """Workloads with their pods on each of these nodes, sorted."""
    copies: int


Packing: TypeAlias = tuple[Filled, ...]


def packing(nodes: Iterable[tuple[str, Mapping[str, int]]]) -> Packing:
    """Single nodes, each its type and its pods, with equal ones told once."""
    counted = Counter(
        (kind, tuple(sorted((name, count) for name, count in pods.items() if count))) for kind, pods in nodes
    )
    return tuple(Filled(type=kind, pods=pods, copies=copies) for (kind, pods), copies in sorted(counted.items()))


def cost(instance: Instance, packed: Packing) -> int:
    """In 1e-4 USD per hour."""
    prices = {one.name: one.e4_usd_per_hour for one in instance.types}
    return sum(prices[filled.type] * filled.copies for filled in packed)


def nodes(packed: Packing) -> int:
    """How many there are."""
    return sum(filled.copies for filled in packed)
