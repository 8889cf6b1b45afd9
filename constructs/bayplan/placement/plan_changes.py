"""What is different between the committed plan and the one that takes its place: who moves, why, and what it costs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayplan.placement.changes import differences
from bayplan.placement.constraints import refusals
from bayplan.placement.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.changes import Change
    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

CHEAPER = "the plan costs less with it there"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Move:
    """Workloads that go the same way for the same reason."""

    origin: tuple[str, ...]
    """Pools where they ran; none for those that are new."""
    to: tuple[str, ...]
    """Pools where they run now; none for those that are gone, or have to wait."""
    why: str
    workloads: tuple[str, ...]
    """Sorted."""
    pods_min: int
    """Pods that change their pool, all workloads together, at the minimum load."""
    pods_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeChange:
    """A pool with another number of nodes."""

    pool: str
    before_min: int
    before_max: int
    now_min: int
    now_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """All that a reviewer wants to know of a new plan."""

    asked: tuple[str, ...]
    """What is asked for or offered otherwise since the committed plan was decided."""
    broken: tuple[str, ...]
    """Why the committed plan cannot stay; empty where it could, and a cheaper one was found."""
    moves: tuple[Move, ...]
    nodes: tuple[NodeChange, ...]
    extra_min_e4_usd_per_hour: int
    """What the new plan costs more than the committed one at the minimum load; negative where it saves."""
    extra_max_e4_usd_per_hour: int


def compare(before: Problem, committed: Plan, now: Problem, plan: Plan) -> PlanChange:
    """Tell two plans of one cluster apart; both prices are those that were true when each was decided."""
    asked = differences(before, now)
    claiming_nothing = replace(
        committed, bound_min_e4_usd_per_hour=0, bound_max_e4_usd_per_hour=0, evidence_min=None, evidence_max=None
    )
    # that the committed sums are not those of today's prices is no reason: the prices are told
    broken = tuple(dict.fromkeys(one.what for one in verify(now, claiming_nothing) if one.rule != "cost"))
    return PlanChange(
        asked=tuple(change.says for change in asked),
        broken=broken,
        moves=_moves(committed, now, plan, _Reasons(asked, broken, committed, (now, plan))),
        nodes=tuple(_nodes(committed, plan)),
        extra_min_e4_usd_per_hour=plan.cost_min_e4_usd_per_hour - committed.cost_min_e4_usd_per_hour,
        extra_max_e4_usd_per_hour=plan.cost_max_e4_usd_per_hour - committed.cost_max_e4_usd_per_hour,
    )


class _Reasons:
    """Why a workload moves: its own change first, then that of its pool, then what no longer held there."""

    def __init__(
        self, asked: list[Change], broken: tuple[str, ...], committed: Plan, today: tuple[Problem, Plan]
    ) -> None:
        self._of_workload: dict[str, list[str]] = defaultdict(list)
        self._of_pool: dict[str, list[str]] = defaultdict(list)
        for change in asked:
            if change.about != "cluster":
                (self._of_workload if change.about == "workload" else self._of_pool)[change.name].append(change.says)
        self._general = [change.says for change in asked if change.about == "cluster"]
        self._broken = broken
        self._committed = committed
        self._now, self._plan = today

    def why(self, workload: str, to: tuple[str, ...]) -> str:
        if own := self._of_workload[workload]:
            return "; ".join(own)
        homes = self._committed.pools_of(workload)
        for pool in homes:
            if at_home := self._of_pool[pool]:
                return "; ".join(at_home)
        return self._refused(workload, homes) or self._crowded(homes) or self._displaced(homes) or self._invited(to)

    def _refused(self, workload: str, homes: tuple[str, ...]) -> str:
        demand = self._now.demand(workload)
        for name in homes:
            pool = self._now.pool(name)
            if demand and pool and (lacks := refusals(demand, pool)):
                return f"{name} cannot take it any more: {lacks[0]}"
        return ""

    def _crowded(self, homes: tuple[str, ...]) -> str:
        return next((what for what in self._broken if any(home in what.split() for home in homes)), "")

    def _displaced(self, homes: tuple[str, ...]) -> str:
        for seat in self._plan.seats:
            if seat.pool in homes and (theirs := self._of_workload[seat.workload]):
                return f"to make room in {seat.pool}: {theirs[0]}"
        return ""

    def _invited(self, to: tuple[str, ...]) -> str:
        for pool in to:
            if there := self._of_pool[pool]:
                return "; ".join(there)
        return self._general[0] if self._general else CHEAPER


def _moves(committed: Plan, now: Problem, plan: Plan, reasons: _Reasons) -> tuple[Move, ...]:
    before, after = _pods(committed), _pods(plan)
    grouped: dict[tuple[tuple[str, ...], tuple[str, ...], str], list[tuple[str, int, int]]] = defaultdict(list)
    for workload in sorted(before.keys() | after.keys()):
        old, new = before.get(workload, {}), after.get(workload, {})
        if old.keys() == new.keys():
            continue
        if now.demand(workload) is None:
            new = {}
        going, coming = tuple(sorted(old)), tuple(sorted(new))
        low, high = (_arriving(old, new, end) for end in (0, 1))
        why = reasons.why(workload, coming)
        # each sentence names its workload, so own changes group nobody; those of pools group many
        grouped[going, coming, why].append((workload, low, high))
    return tuple(
        Move(
            origin=going,
            to=coming,
            why=why,
            workloads=tuple(workload for workload, _, _ in group),
            pods_min=sum(low for _, low, _ in group),
            pods_max=sum(high for _, _, high in group),
        )
        for (going, coming, why), group in sorted(grouped.items())
    )


def _arriving(old: dict[str, tuple[int, int]], new: dict[str, tuple[int, int]], end: int) -> int:
    """Pods that start in a pool where they were not; for who is gone, those that stop."""
    if not new:
        return sum(pods[end] for pods in old.values())
    return sum(max(0, pods[end] - old[pool][end] if pool in old else pods[end]) for pool, pods in new.items())


def _pods(plan: Plan) -> dict[str, dict[str, tuple[int, int]]]:
    pods: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for seat in plan.seats:
        low, high = pods[seat.workload].get(seat.pool, (0, 0))
        pods[seat.workload][seat.pool] = (low + seat.pods_min, high + seat.pods_max)
    return pods


def _nodes(committed: Plan, plan: Plan) -> Iterator[NodeChange]:
    before, after = ({bay.pool: (bay.nodes_min, bay.nodes_max) for bay in one.bays} for one in (committed, plan))
    for pool in sorted(before.keys() | after.keys()):
        was, is_now = before.get(pool, (0, 0)), after.get(pool, (0, 0))
        if was != is_now:
            yield NodeChange(pool=pool, before_min=was[0], before_max=was[1], now_min=is_now[0], now_max=is_now[1])
