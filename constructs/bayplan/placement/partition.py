"""A platform in two parts: the few workloads with policies between them, and the many that may go anywhere.

Whole platforms are planned near their bound only where any order of arrival is shown to fit by sums; policies ask for
more than sums. So who has one gets bays of its own, and is decided first, by the model; the others fill the rest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.placement.berths import is_plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.placement.plan import Plan, Seat
    from bayplan.placement.pool import Pool
    from bayplan.placement.problem import Problem

OWN_BAYS = 2
"""Of one pool at the most, for workloads with policies; and never more than half of its bays."""


def particular(problem: Problem, committed: Plan | None) -> Problem | None:
    """The workloads with policies, alone, on some bays of every pool; None where all have some, or nobody has.

    Bays where such workloads were come first, then those where nobody was.
    """
    names = _bound(problem)
    if not 0 < len(names) < len(problem.demands):
        return None
    demands = tuple(demand for demand in problem.demands if demand.workload in names)
    pools: list[Pool] = []
    for bays in problem.kinds:
        homes = _homes(committed, bays)
        ranked = sorted(bays, key=lambda bay: (-len(homes[bay.name] & names), len(homes[bay.name] - names), bay.name))
        own = ranked[: max(1, min(OWN_BAYS, len(bays) // 2))]
        pools += [replace(bay, nodes_min=0) for bay in own]
    teams = tuple(quota for quota in problem.quotas if quota.team)
    pools.sort(key=lambda pool: pool.name)
    return replace(problem, demands=demands, pools=tuple(pools), quotas=teams, kept_gib=())


def others(problem: Problem, seats: Iterable[Seat]) -> Problem | None:
    """Everybody else, on the pools that are still empty; None where none is."""
    taken = {seat.pool for seat in seats}
    names = _bound(problem)
    demands = tuple(demand for demand in problem.demands if demand.workload not in names)
    pools = tuple(pool for pool in problem.pools if pool.name not in taken)
    return replace(problem, demands=demands, pools=pools, quotas=(), choices=(), kept_gib=()) if pools else None


def _bound(problem: Problem) -> set[str]:
    """Who has a policy, and who is named in one."""
    teams = {quota.team for quota in problem.quotas} - {""}
    bound = {demand.workload for demand in problem.demands if not is_plain(demand) or demand.team in teams}
    return bound | problem.named


def _homes(committed: Plan | None, bays: Iterable[Pool]) -> dict[str, set[str]]:
    homes: dict[str, set[str]] = {bay.name: set() for bay in bays}
    for seat in committed.seats if committed else ():
        if seat.pool in homes:
            homes[seat.pool].add(seat.workload)
    return homes
