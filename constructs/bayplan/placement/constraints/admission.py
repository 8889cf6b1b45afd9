"""Pools that a workload may not enter, however much room they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.terms import EPHEMERAL
from bayplan.spec.mig import PREFIX

if TYPE_CHECKING:
    from bayplan.placement.problem import Demand, Pool

ANY = "any"
"""Architecture of images that are built for every processor."""


def refuse(demand: Demand, pool: Pool) -> str:
    """A foreign processor, capacity that is taken away at any time, a queue that has nothing there, or a taint.

    Who asks for accelerators, or for another device by name, is meant for pools that have some, and who takes spot
    capacity for spot pools without any: their taints keep only the others off.
    """
    if demand.architecture not in (ANY, pool.architecture):
        return f"its nodes are {pool.architecture}, the image is built for {demand.architecture}"
    if pool.capacity == "spot" and demand.spot_percent < 100:
        return "its nodes are spot capacity, which can be taken away at any time"
    if demand.queued and pool.name not in demand.queued:
        return "its queue has too little of it"
    if pool.taints and not _is_meant_for(demand, pool):
        return f"the taint {pool.taints[0]} keeps it off"
    return ""


def _is_meant_for(demand: Demand, pool: Pool) -> bool:
    counted = [one for one in zip(pool.resources, demand.extra, pool.extra, strict=True) if one[0] != EPHEMERAL]
    slices = any(need for name, need, _ in counted if name.startswith(PREFIX))
    if pool.accelerators or pool.accelerator_model:
        if demand.accelerators or slices:
            return True
    elif pool.capacity == "spot":
        return True
    return any(need and room for _, need, room in counted)
