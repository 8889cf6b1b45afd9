"""What the solver proposes and the simulation answers: small platforms are decided so, with every policy in the model.

The solver knows sums, the simulation knows the truth (`realise`). They talk in rounds: the solver proposes, the
simulation answers how many nodes the proposal needs, and that answer is a new fact for the solver.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayplan.placement.assign import SLACK, assign
from bayplan.placement.candidate import candidate, keeps_every_rule
from bayplan.placement.classes import disperse, staying
from bayplan.placement.cuts import Cut
from bayplan.placement.groups import groups
from bayplan.placement.model import InfeasibleError
from bayplan.placement.ranking import rank
from bayplan.placement.terms import LEVELS
from bayplan.placement.waiting import shortfall
from bayplan.placement.work import is_spent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.placement.assign import Assignment
    from bayplan.placement.classes import Classes
    from bayplan.placement.plan import Plan, Seat
    from bayplan.placement.problem import Problem

ROUNDS = 3
"""Enough to settle small clusters; for large ones the first proposals bring nearly all."""
HEADROOMS_PERCENT = (10, 20, 30, 45)
"""Tried in turn where no proposal fits within the limits: nodes kept back in the sums are there for the truth."""


@dataclass(frozen=True, slots=True)
class Question:
    """A problem, its classes, and the plan that it should stay near to."""

    problem: Problem
    classes: Classes
    committed: Plan | None

    def assign(self, cuts: Iterable[Cut] = (), start: tuple[Seat, ...] = (), **habits: int) -> Assignment | None:
        """Ask the solver for seats of the single workloads."""
        proposal = assign(
            self.classes.problem,
            staying(self.classes, self.committed),
            cuts,
            start if len(self.classes.problem.demands) == len(self.problem.demands) else (),
            apart=bool(habits.get("apart")),
            headroom_percent=habits.get("headroom_percent", 0),
        )
        if proposal is None:
            return None
        return replace(proposal, seats=disperse(self.classes, proposal.seats, self.committed))


def with_sizes_apart(question: Question, start: tuple[Seat, ...]) -> list[Plan]:
    """What the solver finds when sizes are kept apart: mostly true at once. There need not be such a placement."""
    problem = question.problem
    if len({demand.accelerators for demand in problem.demands}) < 2:
        return []
    try:
        proposal = question.assign((), start, apart=1)
    except InfeasibleError:
        return []
    plan = candidate(problem, proposal.seats) if proposal else None
    return [plan] if plan and keeps_every_rule(problem, plan) else []


def rounds(question: Question, best: Plan | None, start: tuple[Seat, ...]) -> Iterator[Plan]:
    """Propose, simulate, learn, until no proposal is cheaper than the best that is true."""
    cuts: set[Cut] = set()
    problem = question.problem
    for _ in range(ROUNDS):
        if best is not None and is_spent():
            return
        try:
            proposal = question.assign(sorted(cuts), best.seats if best else start)
        except InfeasibleError:
            if not cuts:
                raise
            return
        if proposal is None or (best is not None and _is_near(problem, best, proposal)):
            return
        plan = candidate(problem, proposal.seats)
        if keeps_every_rule(problem, plan):
            yield plan
            best = plan if best is None else min(plan, best, key=lambda plan: rank(problem, plan))
        learned = set(_cuts(question, plan)) - cuts
        if not learned or plan.cost_of_both_e4_usd_per_hour <= proposal.cost_e4_usd_per_hour:
            return
        cuts |= learned


def _is_near(problem: Problem, best: Plan, proposal: Assignment) -> bool:
    """Whether what could still be won is within the slack: simulating dear proposals is most of the work."""
    if shortfall(problem, best.seats) > shortfall(problem, proposal.seats):
        return False
    return best.cost_of_both_e4_usd_per_hour <= proposal.cost_e4_usd_per_hour + proposal.cost_e4_usd_per_hour // SLACK


def with_headroom(question: Question) -> Iterator[Plan]:
    """Plans that leave nodes free in the sums, for limits so tight that no proposal could be seated."""
    for percent in HEADROOMS_PERCENT:
        try:
            proposal = question.assign(headroom_percent=percent)
        except InfeasibleError:
            return
        if proposal is not None and keeps_every_rule(
            question.problem, plan := candidate(question.problem, proposal.seats)
        ):
            yield plan


def _cuts(question: Question, plan: Plan) -> Iterator[Cut]:
    """What the simulation found for pools that are filled on their own."""
    class_of = {name: demand for demand, members in question.classes.members.items() for name in members}
    for level in LEVELS:
        for group in groups(question.problem, plan.seats, level):
            if len(group.pools) != 1 or not group.guests:
                continue
            (pool,) = group.pools
            guests = Counter(class_of[guest.demand.workload] for guest in group.guests)
            yield Cut(
                pool=pool.name, level=level, guests=tuple(sorted(guests.items())), nodes=plan.nodes[pool.name, level]
            )
