"""Decide the placement of a cluster: the cheapest whose pods are really seated.

Bays that hold in any order by sums come first (`berths`); small platforms, and those with policies, are decided by the
solver and the simulation together (`proposals`).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.placement.berths import berth
from bayplan.placement.candidate import candidate, keeps_every_rule
from bayplan.placement.classes import aggregate
from bayplan.placement.conflict import explain_conflict, misfits
from bayplan.placement.gather import gather
from bayplan.placement.limit import limits
from bayplan.placement.model import InfeasibleError
from bayplan.placement.partition import others, particular
from bayplan.placement.patterns.pack import EFFORT
from bayplan.placement.proposals import Question, rounds, with_headroom, with_sizes_apart
from bayplan.placement.ranking import best_of
from bayplan.placement.start import propose
from bayplan.placement.way_out import way_out
from bayplan.placement.work import is_spent, left

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

LARGE = 5000
"""Pairs of classes and pools beyond which the solver finds nothing that is better than berths."""


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


def _search(question: Question) -> list[Plan]:
    """Plans whose pods are all seated; raises InfeasibleError where not even the sums fit."""
    problem, committed = question.problem, question.committed
    large = len(question.classes.problem.demands) * len(problem.pools) > LARGE
    plans = list(_in_berths(problem, committed)) or list(_in_two_parts(question))
    if plans and (large or is_spent()):
        return plans
    start = propose(problem, committed)
    plans += with_sizes_apart(question, start)
    plans += rounds(question, best_of(problem, plans, committed) if plans else None, start)
    if not plans:
        plans += islice(with_headroom(question), 1)
    if not plans and keeps_every_rule(problem, plan := candidate(problem, start)):
        plans.append(plan)
    return plans


def _in_berths(problem: Problem, committed: Plan | None) -> Iterator[Plan]:
    """What is found without the solver, where bays can be filled so that no order of arrival matters."""
    found = berth(problem, committed)
    if found is not None and keeps_every_rule(problem, plan := candidate(problem, found)):
        yield plan


def _in_two_parts(question: Question) -> Iterator[Plan]:
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
    if second is not None and keeps_every_rule(problem, plan := candidate(problem, tuple(sorted((*first, *second))))):
        yield plan


def _never_seated(problem: Problem) -> list[Complaint]:
    """Room in sum, but no placement was found that seats every pod."""
    full = [f"{pool.name} ({pool.nodes_max})" for pool in problem.pools if pool.nodes_max]
    what = (
        f"the pools of cluster {problem.cluster} hold what is asked for in sum, but not pod by pod: the scheduler"
        f" does not pack, so some would wait for ever; nodes at the most: {', '.join(full)}"
    )
    fix = way_out(problem, limits(problem, ())) or "Raise nodes.max of the pools that the largest workloads need."
    return [Complaint(file=problem.file, line=problem.line, what=what, fix=f"{fix} Or ask for less.")]
