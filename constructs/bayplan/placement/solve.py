"""Decide the placement of a cluster: the cheapest whose pods are really seated.

The solver knows sums, the simulation knows the truth (`realise`). They talk in rounds: the solver proposes, the
simulation answers how many nodes the proposal needs, and that answer is a new fact for the solver.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.placement.assign import SLACK, assign
from bayplan.placement.berths import berth
from bayplan.placement.classes import aggregate, disperse, staying
from bayplan.placement.conflict import explain_conflict, misfits
from bayplan.placement.cuts import Cut
from bayplan.placement.gather import gather
from bayplan.placement.groups import groups
from bayplan.placement.limit import limits
from bayplan.placement.model import InfeasibleError
from bayplan.placement.partition import others, particular
from bayplan.placement.patterns.pack import EFFORT
from bayplan.placement.plan import Bay, Plan
from bayplan.placement.price import price, simple_bound
from bayplan.placement.problem import LEVELS
from bayplan.placement.ranking import best_of, cost_of_both, rank
from bayplan.placement.realise import nodes_needed
from bayplan.placement.start import propose
from bayplan.placement.verify import verify
from bayplan.placement.waiting import shortfall
from bayplan.placement.way_out import way_out
from bayplan.placement.work import is_spent, left

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.placement.assign import Assignment
    from bayplan.placement.classes import Classes
    from bayplan.placement.plan import Seat
    from bayplan.placement.problem import Problem

ROUNDS = 3
"""Enough to settle small clusters; for large ones the first proposals bring nearly all."""
LARGE = 5000
"""Pairs of classes and pools beyond which the solver finds nothing that is better than berths."""
HEADROOMS_PERCENT = (10, 20, 30, 45)
"""Tried in turn where no proposal fits within the limits: nodes kept back in the sums are there for the truth."""


def solve(problem: Problem, committed: Plan | None = None) -> Plan:
    """The cheapest placement found, near to the committed one where that costs next to nothing.

    Raises BadInput where there is none: it names the smallest set of workloads that conflict, and the limits they hit.
    """
    if complaints := misfits(problem):
        raise BadInput(complaints)
    try:
        plans = _search(Question(problem, aggregate(problem), committed))
    except InfeasibleError:
        raise BadInput(explain_conflict(problem)) from None
    if not plans:
        raise BadInput(_never_seated(problem))
    return gather(problem, best_of(problem, plans, committed), min(EFFORT, left()))


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


def _search(question: Question) -> list[Plan]:
    """Plans whose pods are all seated; raises InfeasibleError where not even the sums fit."""
    problem, committed = question.problem, question.committed
    large = len(question.classes.problem.demands) * len(problem.pools) > LARGE
    floor = simple_bound(problem)  # what is proven comes with the evidence
    plans = list(_in_berths(problem, committed, floor)) or list(_in_two_parts(question, floor))
    if plans and (large or is_spent()):
        return plans
    start = propose(problem, committed)
    plans += _with_sizes_apart(question, floor, start)
    plans += _rounds(question, floor, best_of(problem, plans, committed) if plans else None, start)
    if not plans:
        plans += islice(_with_headroom(question, floor), 1)
    if not plans and _is_plan(problem, plan := _plan(problem, start, floor)):
        plans.append(plan)
    return plans


def _in_berths(problem: Problem, committed: Plan | None, floor: int) -> Iterator[Plan]:
    """What is found without the solver, where bays can be filled so that no order of arrival matters."""
    found = berth(problem, committed)
    if found is not None and _is_plan(problem, plan := _plan(problem, found, floor)):
        yield plan


def _in_two_parts(question: Question, floor: int) -> Iterator[Plan]:
    """What is found where workloads with policies have bays of their own, and the others fill the rest."""
    problem, committed = question.problem, question.committed
    few = particular(problem, committed)
    if few is None:
        return
    try:
        plans = _search(Question(few, aggregate(few), committed))
    except InfeasibleError:
        return
    first = best_of(few, plans, committed).seats if plans else ()
    rest = others(problem, first) if first else None
    second = berth(rest, committed) if rest else None
    if second is not None and _is_plan(problem, plan := _plan(problem, tuple(sorted((*first, *second))), floor)):
        yield plan


def _with_sizes_apart(question: Question, floor: int, start: tuple[Seat, ...]) -> list[Plan]:
    """What the solver finds when sizes are kept apart: mostly true at once. There need not be such a placement."""
    problem = question.problem
    if len({demand.accelerators for demand in problem.demands}) < 2:
        return []
    try:
        proposal = question.assign((), start, apart=1)
    except InfeasibleError:
        return []
    plan = _plan(problem, proposal.seats, floor) if proposal else None
    return [plan] if plan and _is_plan(problem, plan) else []


def _rounds(question: Question, floor: int, best: Plan | None, start: tuple[Seat, ...]) -> Iterator[Plan]:
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
        plan = _plan(problem, proposal.seats, floor)
        if _is_plan(problem, plan):
            yield plan
            best = plan if best is None else min(plan, best, key=lambda plan: rank(problem, plan))
        learned = set(_cuts(question, plan)) - cuts
        if not learned or cost_of_both(plan) <= proposal.cost_e4_usd_per_hour:
            return
        cuts |= learned


def _is_near(problem: Problem, best: Plan, proposal: Assignment) -> bool:
    """Whether what could still be won is within the slack: simulating dear proposals is most of the work."""
    if shortfall(problem, best.seats) > shortfall(problem, proposal.seats):
        return False
    return cost_of_both(best) <= proposal.cost_e4_usd_per_hour + proposal.cost_e4_usd_per_hour // SLACK


def _with_headroom(question: Question, floor: int) -> Iterator[Plan]:
    """Plans that leave nodes free in the sums, for limits so tight that no proposal could be seated."""
    for percent in HEADROOMS_PERCENT:
        try:
            proposal = question.assign(headroom_percent=percent)
        except InfeasibleError:
            return
        if proposal is not None and _is_plan(question.problem, plan := _plan(question.problem, proposal.seats, floor)):
            yield plan


def _plan(problem: Problem, seats: tuple[Seat, ...], floor: int) -> Plan:
    nodes = nodes_needed(problem, seats)
    return Plan(
        cluster=problem.cluster,
        seats=tuple(sorted(seats)),
        bays=tuple(
            Bay(pool=pool.name, nodes_min=nodes[pool.name, "min"], nodes_max=nodes[pool.name, "max"])
            for pool in problem.pools
        ),
        cost_min_e4_usd_per_hour=price(problem, nodes, "min", seats),
        cost_max_e4_usd_per_hour=price(problem, nodes, "max", seats),
        bound_min_e4_usd_per_hour=floor,
    )


def _is_plan(problem: Problem, plan: Plan) -> bool:
    """Whether everybody sits, within the limits, and every policy is kept."""
    return not verify(problem, plan, simulate=False)


def _cuts(question: Question, plan: Plan) -> Iterator[Cut]:
    """What the simulation found for pools that are filled on their own."""
    class_of = {name: demand for demand, members in question.classes.members.items() for name in members}
    for level in LEVELS:
        for group in groups(question.problem, plan.seats, level):
            if len(group.pools) != 1 or not group.guests:
                continue
            (pool,) = group.pools
            bay = next(bay for bay in plan.bays if bay.pool == pool.name)
            nodes = bay.nodes_min if level == "min" else bay.nodes_max
            guests = Counter(class_of[guest.demand.workload] for guest in group.guests)
            yield Cut(pool=pool.name, level=level, guests=tuple(sorted(guests.items())), nodes=nodes)


def _never_seated(problem: Problem) -> list[Complaint]:
    """Room in sum, but no placement was found that seats every pod."""
    full = [f"{pool.name} ({pool.nodes_max})" for pool in problem.pools if pool.nodes_max]
    what = (
        f"the pools of cluster {problem.cluster} hold what is asked for in sum, but not pod by pod: the scheduler"
        f" does not pack, so some would wait for ever; nodes at the most: {', '.join(full)}"
    )
    fix = way_out(problem, limits(problem, ())) or "Raise nodes.max of the pools that the largest workloads need."
    return [Complaint(file=problem.file, line=problem.line, what=what, fix=f"{fix} Or ask for less.")]
