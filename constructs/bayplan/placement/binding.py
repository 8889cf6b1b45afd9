"""What sets the number of nodes where a workload runs, and which limits are reached there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.money import usd
from bayplan.placement.share import share
from bayplan.placement.slots import slots
from bayplan.placement.terms import ACCELERATORS, CPU, LEVELS, MEMORY, PODS
from bayplan.placement.verify.guests import guests
from bayplan.placement.words import accelerators, amount, count, cpu, listing, memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.demand import Demand
    from bayplan.placement.plan import Plan
    from bayplan.placement.pool import Pool
    from bayplan.placement.problem import Problem

LOADS = {"min": "minimum", "max": "maximum"}


def binding(problem: Problem, plan: Plan, demand: Demand) -> tuple[str, ...]:
    """One sentence for each thing that binds in its pools at the maximum load, and for the quotas of its team."""
    said: list[str] = []
    for name in plan.pools_of(demand.workload):
        pool = problem.pool(name)
        if pool is not None:
            said += _in_pool(problem, plan, pool)
    return (*said, *_quotas(problem, plan, demand))


def _in_pool(problem: Problem, plan: Plan, pool: Pool) -> Iterator[str]:
    nodes = plan.nodes[pool.name, "max"]
    inside = list(guests(problem, plan, pool, "max"))
    reasons = list(_sums(pool, nodes, inside)) or list(_apart(pool, nodes, inside))
    if nodes and reasons:
        yield f"{pool.name}: one node less would not do: {listing(reasons)} at the maximum load, rollouts included"
    elif nodes > pool.nodes_min:
        yield (
            f"{pool.name}: {count(nodes, 'node')} hold more than the sum of all pods at the maximum load; the scheduler"
            " does not pack, and with one node less a pod would wait in some order of arrival"
        )
    family = problem.families[pool.limits]
    there = {level: sum(plan.nodes[one.name, level] for one in family) for level in LEVELS}
    always = [LOADS[level] for level in LEVELS if 0 < there[level] == pool.nodes_min]
    if always:
        yield (
            f"{pool.limits}: {count(pool.nodes_min, 'node')} (nodes.min) always paid for, and enough at the"
            f" {' and the '.join(always)} load"
        )
    if there["max"] == pool.nodes_max:
        yield f"{pool.limits}: nodes.max of {pool.nodes_max} is reached at the maximum load"


def _sums(pool: Pool, nodes: int, inside: list[tuple[Demand, int]]) -> Iterator[str]:
    """Resources that one node less would not have in sum."""
    for kind, room in enumerate(pool.room):
        used = sum(demand.needs[kind] * pods for demand, pods in inside)
        if room and used > room * (nodes - 1):
            yield f"{_said(pool, kind, used)} of {_said(pool, kind, room * nodes)}"


def _apart(pool: Pool, nodes: int, inside: list[tuple[Demand, int]]) -> Iterator[str]:
    """Workloads that need so many nodes by themselves, or at least one in every zone."""
    for demand, pods in inside:
        if demand.zones == "must" and min(pods, len(pool.zones)) == nodes > 1:
            yield f"{demand.workload} must be spread over {count(nodes, 'zone')}"
        elif pods > slots(demand, pool) * (nodes - 1) > 0:
            yield f"a node takes {slots(demand, pool)} of the {count(pods, 'pod')} of {demand.workload}"


def _quotas(problem: Problem, plan: Plan, demand: Demand) -> Iterator[str]:
    """Quotas that one pod more would break."""
    for quota in problem.quotas:
        if quota.team not in ("", demand.team):
            continue
        whose = f"quota of team {quota.team}" if quota.team else "budget of the cluster"
        taken = spent = dearest = 0
        for pool in problem.pools:
            for guest, pods in guests(problem, plan, pool, "max"):
                if quota.team in ("", guest.team):
                    taken += guest.accelerators * pods
                    spent += share(guest, pool, pods) if quota.team else 0
                    dearest = max(dearest, share(demand, pool, 1)) if guest is demand else dearest
            spent += 0 if quota.team else pool.e4_usd_per_hour * plan.nodes[pool.name, "max"]
        if quota.accelerators is not None and demand.accelerators and taken + demand.accelerators > quota.accelerators:
            yield f"{whose}: {taken} of {count(quota.accelerators, 'accelerator')} are taken at the maximum load"
        if quota.e4_usd_per_hour is not None and spent + dearest > quota.e4_usd_per_hour:
            yield f"{whose}: {usd(spent)} of {usd(quota.e4_usd_per_hour)} USD/h are spent at the maximum load"


def _said(pool: Pool, kind: int, number: int) -> str:
    if kind in (CPU, MEMORY):
        return cpu(number) if kind == CPU else f"{memory(number)} memory"
    if kind == PODS:
        return count(number, "pod")
    if kind == ACCELERATORS:
        return accelerators(number, pool.accelerator_model)
    return amount(pool.resources[kind - ACCELERATORS - 1], number)
