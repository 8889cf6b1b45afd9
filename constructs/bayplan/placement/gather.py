"""Gather the evidence for a plan: its bound, with the proof, and the best packing that can be found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.placement.evidence import Evidence, Filling
from bayplan.placement.packing_question import PackingQuestion, kept_pools, pose_bound, pose_witness
from bayplan.placement.patterns.pack import EFFORT, pack
from bayplan.placement.price import storage, storage_floor

if TYPE_CHECKING:
    from bayplan.placement.patterns.packing import Packing
    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem
    from bayplan.placement.terms import Level

Packings = dict[PackingQuestion, "Packing"]
"""What was packed already: mostly both ends of the load, or bound and witness, ask the same."""


def gather(problem: Problem, plan: Plan, effort: float = EFFORT) -> Plan:
    """The plan with its bounds, their proofs and its packed cost; `effort` is about seconds, counted, not measured."""
    packed: Packings = {}
    low, bound_low = _evidence(problem, plan, "min", packed, effort)
    high, bound_high = _evidence(problem, plan, "max", packed, effort)
    return replace(
        plan,
        bound_min_e4_usd_per_hour=bound_low,
        bound_max_e4_usd_per_hour=bound_high,
        evidence_min=low,
        evidence_max=high,
    )


def bound(problem: Problem, level: Level = "min", effort: float = EFFORT) -> int:
    """What nodes and volumes cost at least at an end of the load, in 1e-4 USD per hour, for any placement."""
    seated = {demand.workload for demand in problem.demands if not demand.may_wait}
    question = pose_bound(problem, level, seated)
    return pack(question.items, question.bins, effort, 0.0).bound + storage_floor(problem, level)


def _evidence(problem: Problem, plan: Plan, level: Level, packed: Packings, effort: float) -> tuple[Evidence, int]:
    volumes = storage(problem, plan.seats, level)
    proven = _pack(pose_bound(problem, level, plan.homes), packed, effort)
    question = pose_witness(problem, plan, level)
    witness = _pack(question, packed, effort)
    prices = {pool.name: pool.e4_usd_per_hour for pool in problem.pools}
    kept = sum(prices[pool] * plan.nodes[pool, level] for pool in kept_pools(problem, plan))
    cost = witness.cost + kept + volumes
    found = not witness.unseated and cost < plan.cost(level)
    evidence = Evidence(
        certificate=proven.certificate,
        packed_e4_usd_per_hour=cost if found else plan.cost(level),
        fillings=_fillings(question, witness) if found else None,
    )
    return evidence, proven.bound + volumes


def _pack(question: PackingQuestion, packed: Packings, effort: float) -> Packing:
    if question not in packed:
        packed[question] = pack(question.items, question.bins, effort)
    return packed[question]


def _fillings(question: PackingQuestion, witness: Packing) -> tuple[Filling, ...]:
    return tuple(
        Filling(
            pool=question.bins[pattern.bin].name,
            nodes=pattern.nodes,
            pods=tuple(sorted((question.items[item].name, count) for item, count in pattern.seats)),
        )
        for pattern in witness.patterns
    )
