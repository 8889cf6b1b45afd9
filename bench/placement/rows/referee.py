"""Only what the judge has passed gets a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.placement.judge import faults
from bench.placement.packing import cost

if TYPE_CHECKING:
    from bench.placement.instances import Instance
    from bench.placement.packing import Packing


class FoulError(Exception):
    """A contestant has handed in what was not asked for, or somebody has beaten a bound."""


def judged(instance: Instance, packed: Packing, e4_bound: int, *, apart: bool = False) -> int:
    """The cost of a packing in 1e-4 USD per hour, by our own sum.

    Raises FoulError with what is wrong with it, and where it costs less than the bound: then that is none.
    """
    if found := faults(instance, packed, apart=apart):
        raise FoulError(f"{instance.name}: {len(found)} faults: {'; '.join(found[:5])}")
    paid = cost(instance, packed)
    if paid < e4_bound:
        raise FoulError(f"{instance.name}: seated for {paid}, but the bound is said to be {e4_bound}")
    return paid
