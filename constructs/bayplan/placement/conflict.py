"""Why nothing fits: the smallest set of workloads and limits that conflict, in the words of the spec."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.complaint import Complaint
from bayplan.placement.constraints import eligible, refusals
from bayplan.placement.words import count, listing, pod, replicas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.problem import Demand, Pool, Problem

MOST_NAMED = 5
"""Workloads in one sentence; every one of a conflict has a complaint of its own anyway."""


def misfits(problem: Problem) -> list[Complaint]:
    """Workloads that no pool can ever take, each with what every pool lacks."""
    return [_misfit(problem, demand) for demand in problem.demands if not eligible(problem, demand)]


def explain_conflict(problem: Problem) -> list[Complaint]:
    """One complaint for each workload of a smallest conflicting set: without any one of them the others fit.

    A deletion filter: leave one workload out after the other, the least demanding first, and keep only those whose
    absence would make room.
    """
    core = list(problem.demands)
    for demand in sorted(problem.demands, key=_weight):
        rest = [other for other in core if other is not demand]
        if rest and not _fit(replace(problem, demands=tuple(rest))):
            core = rest
    pools = sorted({pool for demand in core for pool in eligible(problem, demand)}, key=lambda pool: pool.name)
    return [_crowded(problem, demand, core, pools) for demand in core]


def _fit(problem: Problem) -> bool:
    from bayplan.placement.model import InfeasibleError, ask, build  # noqa: PLC0415 - reading this file starts no solver

    model, _ = build(problem, ())
    try:
        ask(model)
    except InfeasibleError:
        return False
    return True  # also where it is not known: only what is proven may be left out


def _weight(demand: Demand) -> tuple[int, int, int, str]:
    pods = demand.pods_max + demand.surge
    return (demand.accelerators * pods, demand.cpu_millicores * pods, demand.memory_mib * pods, demand.workload)


def _crowded(problem: Problem, demand: Demand, core: Sequence[Demand], pools: Sequence[Pool]) -> Complaint:
    limits = listing([f"{pool.name} ({count(pool.nodes_max, 'node')} at the most)" for pool in pools])
    asked = f"{demand.workload} asks for {replicas(demand)} of {pod(demand)}"
    others = [other.workload for other in core if other is not demand]
    if len(others) > MOST_NAMED:
        others = [*others[:MOST_NAMED], f"{len(others) - MOST_NAMED} more"]
    together = f" together with {listing(others)}" if others else ""
    return Complaint(
        file=demand.file,
        line=demand.line,
        what=f"{asked}; on cluster {problem.cluster} that is{together} more than the pools can hold: {limits}",
        fix=f"Ask for less, or raise nodes.max in {pools[0].file or problem.file}.",
    )


def _misfit(problem: Problem, demand: Demand) -> Complaint:
    lacks = [f"{pool.name}: {refusals(demand, pool)[0]}" for pool in _largest_first(problem)]
    return Complaint(
        file=demand.file,
        line=demand.line,
        what=f"no pool of cluster {problem.cluster} can take {demand.workload} ({pod(demand)}); " + "; ".join(lacks),
        fix=f"Ask for less, or add a pool to {problem.file}.",
    )


def _largest_first(problem: Problem) -> list[Pool]:
    return sorted(problem.pools, key=lambda pool: (-pool.cpu_millicores, -pool.memory_mib, pool.name))
