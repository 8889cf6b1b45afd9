"""The rules of a placement, one file each: what a pool refuses, and what the solver must keep to.

Every file has a twin of the same name in `verify/`, which says the same in plain loops. The files know the model only
by its methods: importing them starts no solver, so `--locked` and `explain` may ask what a pool refuses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from bayplan.placement.constraints import (
    accelerators,
    admission,
    anti_affinity,
    capacity,
    choices,
    co_location,
    everybody_sits,
    gangs,
    licences,
    load_levels,
    pod_slots,
    pool_limits,
    priority,
    quotas,
    region,
    sharing,
    slices,
    storage,
    survival,
    whole_nodes,
    zone_room,
    zones,
)

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

    from bayplan.placement.problem import Demand, Pool, Problem
    from bayplan.placement.variables import Variables


class Refusal(Protocol):
    """A rule that looks at one workload and one pool alone."""

    def refuse(self, demand: Demand, pool: Pool) -> str:
        """Why no node of the pool can ever take a pod, in the words of the spec; "" where one can."""


class Rule(Protocol):
    """A rule between everything that sits in a pool."""

    def build(self, problem: Problem, variables: Variables, model: CpModel) -> None:
        """Add the rule to the model."""


REFUSALS: tuple[Refusal, ...] = (
    pool_limits,
    region,
    admission,
    slices,
    accelerators,
    sharing,
    capacity,
    pod_slots,
    zones,
    storage,
    gangs,
    survival,
)
"""In the order in which a person asks: is there such a pool, may it go there, does a pod fit."""

RULES: tuple[Rule, ...] = (
    everybody_sits,
    pool_limits,
    load_levels,
    capacity,
    pod_slots,
    accelerators,
    sharing,
    zones,
    whole_nodes,
    licences,
    gangs,
    storage,
    zone_room,
    survival,
    co_location,
    anti_affinity,
    quotas,
    choices,
    priority,
)


def refusals(demand: Demand, pool: Pool) -> tuple[str, ...]:
    """Everything that keeps a workload out of a pool, whatever else runs there."""
    return tuple(reason for rule in REFUSALS if (reason := rule.refuse(demand, pool)))


def eligible(problem: Problem, demand: Demand) -> tuple[Pool, ...]:
    """The pools that could take a workload, by name."""
    nameless = replace(demand, workload="", file="", line=0)
    if nameless not in problem.open_to:
        open_kinds = tuple(at for at, pools in enumerate(problem.kinds) if not refusals(nameless, pools[0]))
        problem.open_to[nameless] = problem.pools_of_kinds(open_kinds)
    return problem.open_to[nameless]
