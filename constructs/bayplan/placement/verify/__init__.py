"""Whether a plan keeps every rule: plain loops, one file for each constraint, and no solver.

It shares nothing with the solver's side but the problem itself and the simulation of the scheduler, so a mistake on
one side does not excuse itself on the other. `synth --locked` trusts nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bayplan.placement.verify import (
    accelerators,
    admission,
    anti_affinity,
    bound,
    capacity,
    choices,
    co_location,
    cost,
    everybody_sits,
    gangs,
    licences,
    load_levels,
    packing,
    pod_slots,
    pool_limits,
    priority,
    quotas,
    region,
    seating,
    sharing,
    slices,
    storage,
    survival,
    whole_nodes,
    zone_room,
    zones,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem
    from bayplan.placement.verify.breach import Breach


class Twin(Protocol):
    """What a file in this folder offers."""

    def breaches(self, problem: Problem, plan: Plan) -> Iterator[Breach]:
        """Every place where the plan breaks this rule."""


SHAPE: tuple[Twin, ...] = (everybody_sits, pool_limits, load_levels)
"""Whether the plan speaks of this problem at all: the others look names up."""
ROOM: tuple[Twin, ...] = (
    region,
    admission,
    slices,
    accelerators,
    sharing,
    capacity,
    pod_slots,
    zones,
    whole_nodes,
    licences,
    cost,
)
AGREED: tuple[Twin, ...] = (storage, gangs, zone_room, survival, co_location, anti_affinity, quotas, choices, priority)
"""Between workloads, and about what is lost."""
SHOWN: tuple[Twin, ...] = (bound, packing)
"""What the plan says of its own quality."""
TRUTH: tuple[Twin, ...] = (seating,)
"""Simulates, so it is asked last."""


def verify(problem: Problem, plan: Plan, *, simulate: bool = True) -> list[Breach]:
    """Every rule that the plan breaks, sorted; a later group is asked only when the ones before found nothing.

    Without `simulate` only rules are asked, for who still searches: arrivals and evidence are left out.
    """
    rules = (SHAPE, ROOM, AGREED)
    for twins in (*rules, SHOWN, TRUTH) if simulate else rules:
        if found := [breach for twin in twins for breach in twin.breaches(problem, plan)]:
            return sorted(found)
    return []
