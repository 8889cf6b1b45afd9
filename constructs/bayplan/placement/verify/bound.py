"""The bound: proven anew from the prices that the plan carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.certificate.check import check
from bayplan.placement.certificate.statement import RefusedError
from bayplan.placement.packing_question import pose_bound
from bayplan.placement.price import simple_bound, storage
from bayplan.placement.terms import LEVELS
from bayplan.placement.verify.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem
    from bayplan.placement.terms import Level

RULE = "bound"


def breaches(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Bounds that are not proven, or that say less than what is."""
    for level in LEVELS:
        if plan.evidence(level) is not None:
            yield from _unproven(problem, plan, level)
        elif plan.bound(level) > simple_bound(problem):
            yield Breach(
                rule=RULE, what=f"nothing proves the bound of {plan.bound(level)} at {level} load (1e-4 USD/h)"
            )


def _unproven(problem: Problem, plan: Plan, level: Level) -> Iterator[Breach]:
    question, evidence = pose_bound(problem, level, plan.homes), plan.evidence(level)
    try:
        proven = check(question.items, question.bins, evidence.certificate) if evidence else 0
    except RefusedError as refused:
        yield Breach(rule=RULE, what=f"the proof of the bound at {level} load is no proof: {refused}")
        return
    proven += storage(problem, plan.seats, level)
    if proven != plan.bound(level):
        yield Breach(
            rule=RULE, what=f"a bound of {proven} is proven at {level} load, the plan says {plan.bound(level)}"
        )
