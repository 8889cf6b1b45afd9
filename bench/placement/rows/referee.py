"""Only what the judge has passed gets a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.placement.judge import faults
from bench.placement.packing import cost

if TYPE_CHECKING:
    from bench.placement.instances import Instance
    from bench.placement.packing import Packing


class FoulError(Exception):
    """A contestant has handed in what was not asked for."""


def judged(instance: Instance, packed: Packing, *, apart: bool = False) -> int:
    """The cost of a packing in 1e-4 USD per hour, by our own sum; FoulError with what is wrong with it."""
    if found := faults(instance, packed, apart=apart):
        raise FoulError(f"{instance.name}: {len(found)} faults: {'; '.join(found[:5])}")
    return cost(instance, packed)
