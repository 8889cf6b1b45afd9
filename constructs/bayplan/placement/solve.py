"""Decide the placement of a cluster: the cheapest whose pods are really seated.

The solver knows sums, the simulation knows the truth (`realise`). They talk in rounds: the solver proposes, the
simulation answers how many nodes the proposal needs, and that answer is a new fact for the solver.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.placement.conflict import explain_conflict, misfits
from bayplan.placement.model import SLACK, Assignment, Cut, assign, bound
from bayplan.placement.plan import Bay, Plan
from bayplan.placement.price import price, simple_bound
from bayplan.placement.problem import LEVELS
from bayplan.placement.realise import groups, nodes_needed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.problem import Problem

ROUNDS = 6
"""Enough to settle small clusters; for large ones the first proposals bring nearly all."""
HEADROOMS_PERCENT = (10, 20, 30, 45)
"""Tried in turn where no proposal fits within the limits: pools less full leave holes for every pod."""


def solve(problem: Problem, committed: Plan | None = None) -> Plan:
    """The cheapest placement found, near to the committed one where that costs next to nothing.

    Raises BadInput where there is none: it names the smallest set of workloads that conflict, and the limits they hit.
    """
    if complaints := misfits(problem):
        raise BadInput(complaints)
    if not problem.demands:
        return _plan(problem, Assignment(seats=(), cost_e4_usd_per_hour=0), floor=simple_bound(problem))
    first = assign(problem, committed, ())
    if first is None:
        raise BadInput(explain_conflict(problem))
    floor = max(bound(problem), simple_bound(problem))
    plans = [*_rounds(problem, committed, first, floor)]
    if not plans:
        plans = [*islice(_with_headroom(problem, committed, floor), 1)]
    if not plans:
        raise BadInput(_never_seated(problem, first))
    return _best(plans, committed)


def _rounds(problem: Problem, committed: Plan | None, first: Assignment, floor: int) -> Iterator[Plan]:
    """Propose, simulate, learn, until the cheapest proposal is true as it stands."""
    cuts: set[Cut] = set()
    cheapest: int | None = None
    proposal: Assignment | None = first
    for _ in range(ROUNDS):
        if proposal is None or (cheapest is not None and cheapest <= proposal.cost_e4_usd_per_hour):
            return
        plan = _plan(problem, proposal, floor=floor)
        if _fits(problem, plan):
            yield plan
            cost = plan.cost_min_e4_usd_per_hour + plan.cost_max_e4_usd_per_hour
            cheapest = cost if cheapest is None else min(cheapest, cost)
        learned = set(_cuts(problem, plan)) - cuts
        if not learned:
            return
        cuts |= learned
        proposal = assign(problem, committed, sorted(cuts))


def _with_headroom(problem: Problem, committed: Plan | None, floor: int) -> Iterator[Plan]:
    for percent in HEADROOMS_PERCENT:
        proposal = assign(problem, committed, (), percent)
        if proposal is None:
            return
        plan = _plan(problem, proposal, floor=floor)
        if _fits(problem, plan):
            yield plan


def _plan(problem: Problem, assignment: Assignment, *, floor: int) -> Plan:
    nodes = nodes_needed(problem, assignment.seats)
    return Plan(
        cluster=problem.cluster,
        seats=tuple(sorted(assignment.seats)),
        bays=tuple(
            Bay(pool=pool.name, nodes_min=nodes[pool.name, "min"], nodes_max=nodes[pool.name, "max"])
            for pool in problem.pools
        ),
        cost_min_e4_usd_per_hour=price(problem, nodes, "min"),
        cost_max_e4_usd_per_hour=price(problem, nodes, "max"),
        bound_min_e4_usd_per_hour=floor,
    )


def _fits(problem: Problem, plan: Plan) -> bool:
    return all(bay.nodes_max <= pool.nodes_max for bay, pool in zip(plan.bays, problem.pools, strict=True))


def _cuts(problem: Problem, plan: Plan) -> Iterator[Cut]:
    """What the simulation found for pools that are filled on their own."""
    for level in LEVELS:
        for group in groups(problem, plan.seats, level):
            if len(group.pools) != 1 or not group.guests:
                continue
            (pool,) = group.pools
            bay = next(bay for bay in plan.bays if bay.pool == pool.name)
            nodes = bay.nodes_min if level == "min" else bay.nodes_max
            workloads = tuple(guest.demand.workload for guest in group.guests)
            yield Cut(pool=pool.name, level=level, workloads=workloads, nodes=nodes)


def _best(plans: list[Plan], committed: Plan | None) -> Plan:
    """The cheapest, or, within the slack, the one with the fewest moves."""

    def cost(plan: Plan) -> int:
        return plan.cost_min_e4_usd_per_hour + plan.cost_max_e4_usd_per_hour

    limit = min(cost(plan) for plan in plans)
    if committed is not None:
        limit += limit // SLACK
    return min(
        (plan for plan in plans if cost(plan) <= limit),
        key=lambda plan: (moves(committed, plan), cost(plan), plan.seats),
    )


def moves(committed: Plan | None, plan: Plan) -> int:
    """Pods that must change their pool, at the minimum load."""
    if committed is None:
        return 0
    homes = {seat.workload: committed.pools_of(seat.workload) for seat in plan.seats}
    return sum(
        max(1, seat.pods_min) for seat in plan.seats if homes[seat.workload] and seat.pool not in homes[seat.workload]
    )


def _never_seated(problem: Problem, first: Assignment) -> list[Complaint]:
    """Room in sum, but not for every pod in every order."""
    plan = _plan(problem, first, floor=0)
    return [
        Complaint(
            file=pool.file or problem.file,
            line=pool.line or problem.line,
            what=f"the {pool.nodes_max} nodes of pool {pool.name} hold its replicas in sum, but not one by one: "
            "the scheduler does not pack, so some would wait for ever",
            fix=f"Raise nodes.max of {pool.name}, or lower what runs there.",
        )
        for bay, pool in zip(plan.bays, problem.pools, strict=True)
        if bay.nodes_max > pool.nodes_max
    ]
