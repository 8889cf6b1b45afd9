"""Quotas: the bill of every team, pod by pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach
from bayplan.placement.verify.guests import guests, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Demand, Pool, Problem

RULE = "quotas"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Teams that take more accelerators or more money than they have, and a cluster that does."""
    for quota in problem.quotas:
        who = f"team {quota.team}" if quota.team else f"cluster {problem.cluster}"
        taken, spent = _bill(problem, plan, quota.team)
        if quota.accelerators is not None and taken > quota.accelerators:
            yield Breach(rule=RULE, what=f"{who} takes {taken} accelerators, its quota is {quota.accelerators}")
        if quota.e4_usd_per_hour is not None and spent > quota.e4_usd_per_hour:
            yield Breach(rule=RULE, what=f"{who} spends {spent}, its quota is {quota.e4_usd_per_hour} (1e-4 USD/h)")


def _bill(problem: Problem, plan: Plan, team: str) -> tuple[int, int]:
    taken = spent = 0
    for pool in problem.pools:
        for demand, pods in guests(problem, plan, pool, "max"):
            if team in ("", demand.team):
                taken += pods * demand.accelerators
                spent += pods * _share(demand, pool) if team else 0
        spent += 0 if team else pool.e4_usd_per_hour * nodes(plan, pool, "max")
    return taken, spent


def _share(demand: Demand, pool: Pool) -> int:
    """The dearest of: its part of the CPU, of the memory, of the slots, and so on; a begun unit of money is whole."""
    dearest = 0
    for need, room in zip(demand.needs, pool.room, strict=True):
        if need:
            whole, rest = divmod(pool.e4_usd_per_hour * need, room)
            dearest = max(dearest, whole + (1 if rest else 0))
    return dearest
