"""What a plan costs, as it is told everywhere: realised, packed, bound and gap at both ends of the load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.placement.terms import LEVELS, Level

if TYPE_CHECKING:
    from bayplan.placement.advice import Advice
    from bayplan.placement.decide import Decision
    from bayplan.placement.plan import Plan
    from bayplan.placement.plan_changes import PlanChange

PERMYRIAD = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one end of the load, in 1e-4 USD per hour."""

    level: Level
    realised_e4_usd_per_hour: int
    """Nodes that the scheduler needs so that no pod waits, in whatever order pods arrive: what is paid."""
    packed_e4_usd_per_hour: int | None
    """Nodes that a perfect packing of the same pods needs; None where none is known."""
    bound_e4_usd_per_hour: int
    """No placement costs less."""
    gap_permyriad: int | None
    """What is paid above the bound, in hundredths of a percent of it, rounded up; None where the bound says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One cluster's plan with its figures."""

    cluster: str
    kept: bool
    figures: tuple[Figures, ...]
    """At the minimum load, then at the maximum."""
    plan: Plan
    change: PlanChange | None
    advice: Advice | None
    """What would save much; None where nothing does, or nobody has asked."""


def account(decision: Decision, advice: Advice | None = None) -> Account:
    """All that is told of a decision."""
    return Account(
        cluster=decision.plan.cluster,
        kept=decision.kept,
        figures=tuple(figures(decision.plan, level) for level in LEVELS),
        plan=decision.plan,
        change=decision.change,
        advice=advice,
    )


def figures(plan: Plan, level: Level) -> Figures:
    """The figures at an end of the load. What runs at the minimum runs at the maximum: its bound holds there."""
    bound = max(plan.bound("min"), plan.bound(level))
    realised = plan.cost(level)
    evidence = plan.evidence(level)
    packed = evidence.packed_e4_usd_per_hour if evidence else None
    return Figures(
        level=level,
        realised_e4_usd_per_hour=realised,
        packed_e4_usd_per_hour=realised if realised == bound else packed,
        bound_e4_usd_per_hour=bound,
        gap_permyriad=_gap(realised, bound),
    )


def _gap(realised: int, bound: int) -> int | None:
    if bound <= 0:
        return 0 if realised <= 0 else None
    return max(0, -(-(realised - bound) * PERMYRIAD // bound))
