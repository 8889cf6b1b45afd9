"""Pools that a workload may not enter, however much room they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.placement.problem import Demand, Pool

IMAGE_ARCHITECTURE = "amd64"
"""What images are taken to be built for, until an app can say otherwise."""


def refuse(demand: Demand, pool: Pool) -> str:
    """A foreign processor, capacity that is taken away at any time, or a taint.

    Who asks for accelerators is meant for pools that have some: their taints keep only the others off.
    """
    if pool.architecture != IMAGE_ARCHITECTURE:
        return f"its nodes are {pool.architecture}, images are built for {IMAGE_ARCHITECTURE}"
    if pool.capacity == "spot":
        return "its nodes are spot capacity, which can be taken away at any time"
    if pool.taints and not (demand.accelerators and pool.accelerators):
        return f"the taint {pool.taints[0]} keeps it off"
    return ""
