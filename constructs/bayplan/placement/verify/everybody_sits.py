"""Every workload sits, with all its pods, in one pool; in several only where no single one can take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan, Seat
    from bayplan.placement.problem import Demand, Pool, Problem

RULE = "everybody_sits"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Strangers, seats in unknown pools, workloads without seats, pods that are too many or too few."""
    if plan.cluster != problem.cluster:
        yield Breach(rule=RULE, what=f"the plan is for cluster {plan.cluster}, not {problem.cluster}")
    asked = {demand.workload for demand in problem.demands}
    pools = {pool.name for pool in problem.pools}
    for seat in plan.seats:
        if seat.workload not in asked:
            yield Breach(rule=RULE, what=f"{seat.workload} has a seat, but nobody asks for it any more")
        if seat.pool not in pools:
            yield Breach(rule=RULE, what=f"{seat.workload} sits in pool {seat.pool}, which does not exist")
        if not 0 <= seat.pods_min <= seat.pods_max:
            yield Breach(rule=RULE, what=f"{seat.workload} has {seat.pods_min} to {seat.pods_max} pods in {seat.pool}")
    seats: dict[str, list[Seat]] = {}
    for seat in plan.seats:
        seats.setdefault(seat.workload, []).append(seat)
    for demand in problem.demands:
        yield from _unseated(problem, demand, seats.get(demand.workload, []))


def _unseated(problem: Problem, demand: Demand, seats: list[Seat]) -> Iterator[Breach]:
    if not seats:
        if not demand.may_wait and not demand.elastic:
            yield Breach(rule=RULE, what=f"{demand.workload} has no seat")
        return
    if len(seats) != len({seat.pool for seat in seats}):
        yield Breach(rule=RULE, what=f"{demand.workload} has two seats in one pool")
    for level, sit, run in (
        ("minimum", sum(seat.pods_min for seat in seats), demand.pods_min),
        ("maximum", sum(seat.pods_max for seat in seats), demand.pods_max),
    ):
        if sit != run and not (demand.elastic and sit <= demand.pods_max):
            yield Breach(rule=RULE, what=f"{demand.workload} runs {run} pods at the {level} load, {sit} have a seat")
    used = {seat.pool for seat in seats}
    if len(used) > 1 and any(_holds_all(demand, pool) for pool in problem.pools if pool.name in used):
        yield Breach(rule=RULE, what=f"{demand.workload} is split, though one pool could take it")


def _holds_all(demand: Demand, pool: Pool) -> bool:
    slots = [room // need for room, need in zip(pool.room, demand.needs, strict=False) if need]
    slots += [demand.most_per_node] if demand.most_per_node else []
    return min(slots) * pool.nodes_max >= demand.pods_max + demand.surge
