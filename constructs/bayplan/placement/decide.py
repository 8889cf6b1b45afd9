"""Keep the committed plan while it is true and near the bound, decide anew when it is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypedDict

from bayplan.complaint import BadInput, Complaint
from bayplan.placement import lock
from bayplan.placement.changes import changes
from bayplan.placement.magnitude import check
from bayplan.placement.plan_changes import compare
from bayplan.placement.unmerged import committed_or_side
from bayplan.placement.verdict import committed_plan, missing, restated, shown_path
from bayplan.placement.verify import verify
from bayplan.placement.work import limited

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.placement.plan import Plan
    from bayplan.placement.plan_changes import PlanChange
    from bayplan.placement.problem import Problem

MOST_SENTENCES = 12
"""Of one complaint: more changes than that nobody reads."""
EPSILON_PERMYRIAD = 50
"""Half a percent: what a plan may cost above the bound, or above another plan, and still be kept."""
PERMYRIAD = 10_000


class Wishes(TypedDict, total=False):
    """How a plan is to be decided; `decide` says what each does."""

    locked: bool
    update: bool
    epsilon_permyriad: int | None
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The placement of a cluster, and whether it is the committed one."""

    plan: Plan
    kept: bool
    text: str
    """Of the lock file; written by the pipeline when all else went well. Byte for byte as it was where `kept`."""
    merged: str = ""
    """Whose plan counts as the committed one, where git has left two; "" where there was no conflict."""
    change: PlanChange | None = None
    """What is different from the committed plan; None where that was kept, or there was none."""


def decide(
    problem: Problem,
    path: Path,
    *,
    locked: bool = False,
    update: bool = False,
    epsilon_permyriad: int | None = None,
    seconds: float | None = None,
) -> Decision:
    """The committed plan where it keeps every rule and is near the bound; otherwise a new one near to it.

    A plan whose question is still the same is kept as it is, unless an epsilon or an effort (`seconds` of deterministic
    work) was named: only then can another answer be hoped for. Where the question has changed, a plan that still fits
    but is more than epsilon above the bound is given up only for one that saves more than epsilon. `update` looks for
    the cheapest whatever was committed. With `locked` nothing is ever solved. Raises BadInput for a lock that cannot be
    trusted (unless `update` replaces it, or git has left it in a conflict), for a stale or missing one with `locked`,
    and where the cluster cannot hold what is asked for, or nobody could count it.
    """
    check(problem)
    if locked:
        return _locked(problem, committed_plan(problem, path), shown_path(problem, path))
    committed, merged = committed_or_side(problem, path, forgive=update)
    if committed is None or update:
        decision = _anew(problem, committed, seconds)
    else:
        decision = _near(problem, committed, epsilon_permyriad, seconds)
    return replace(decision, merged=merged)


def _locked(problem: Problem, committed: lock.Lock | None, shown: str) -> Decision:
    if committed is None:
        raise BadInput([missing(problem, shown)])
    asked = changes(committed.problem, problem)
    plan = restated(problem, committed.plan) if asked else committed.plan
    if breaches := verify(problem, plan):
        raise BadInput([_stale(asked or [breach.what for breach in breaches], shown)])
    return Decision(plan=plan, kept=True, text=committed.text)


def _near(problem: Problem, committed: lock.Lock, epsilon_permyriad: int | None, seconds: float | None) -> Decision:
    """The committed plan where it may stay, else one near to it."""
    asked = changes(committed.problem, problem)
    plan = restated(problem, committed.plan) if asked else committed.plan
    if verify(problem, plan):
        return _anew(problem, committed, seconds)
    kept = Decision(plan=plan, kept=True, text=committed.text)
    wished = epsilon_permyriad is not None or seconds is not None
    epsilon = EPSILON_PERMYRIAD if epsilon_permyriad is None else epsilon_permyriad
    if not (wished or asked) or _is_near_bound(kept.plan, epsilon):
        return kept
    return _better(problem, committed, kept, epsilon, seconds)


def _anew(problem: Problem, committed: lock.Lock | None, seconds: float | None) -> Decision:
    from bayplan.placement.solve import solve  # noqa: PLC0415 - a kept plan starts no solver

    with limited(seconds):
        plan = solve(problem, committed.plan if committed else None)
    if committed is None:
        return Decision(plan=plan, kept=False, text=lock.text(problem, plan))
    kept = committed.plan == plan and not changes(committed.problem, problem)
    change = None if kept else compare(committed.problem, committed.plan, problem, plan)
    return Decision(plan=plan, kept=kept, text=lock.text(problem, plan), change=change)


def _better(
    problem: Problem, committed: lock.Lock, kept: Decision, epsilon_permyriad: int, seconds: float | None
) -> Decision:
    """A new plan where it saves more than epsilon; else the committed one, with what was learnt of the bound."""
    anew = _anew(problem, committed, seconds)
    saved = kept.plan.cost_of_both_e4_usd_per_hour - anew.plan.cost_of_both_e4_usd_per_hour
    if saved * PERMYRIAD > epsilon_permyriad * kept.plan.cost_of_both_e4_usd_per_hour:
        return anew
    from bayplan.placement.gather import gather  # noqa: PLC0415 - a kept plan starts no solver

    with limited(seconds):
        return replace(kept, plan=gather(problem, kept.plan))


def _is_near_bound(plan: Plan, epsilon_permyriad: int) -> bool:
    """Both ends of the load together; what runs at the minimum runs at the maximum, too, so its bound holds there."""
    low = plan.bound_min_e4_usd_per_hour
    bound = low + max(low, plan.bound_max_e4_usd_per_hour)
    return (plan.cost_of_both_e4_usd_per_hour - bound) * PERMYRIAD <= epsilon_permyriad * bound


def _stale(said: list[str], shown: str) -> Complaint:
    listed = said[:MOST_SENTENCES]
    if len(said) > MOST_SENTENCES:
        listed.append(f"and {len(said) - MOST_SENTENCES} more")
    return Complaint(
        file=shown,
        line=0,
        what=f"the committed plan no longer fits: {'; '.join(listed)}",
        fix="Run `bayplan synth`, and commit plan.lock and dist/.",
    )
