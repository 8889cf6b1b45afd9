"""Why nothing fits: the smallest set of workloads and limits that conflict, in the words of the spec, and a way out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.complaint import Complaint
from bayplan.placement.classes import aggregate
from bayplan.placement.constraints import eligible, refusals
from bayplan.placement.culprits import Patience, smallest
from bayplan.placement.limit import lift, limits, merged, only
from bayplan.placement.way_out import fits, way_out
from bayplan.placement.words import listing, pod, replicas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.classes import Classes
    from bayplan.placement.limit import Limit
    from bayplan.placement.problem import Demand, Pool, Problem

MOST_NAMED = 5
"""Workloads in one sentence."""
MOST_COMPLAINTS = 12
"""Workloads of a conflict that have a complaint of their own: who needs more of them has the sentence."""


def misfits(problem: Problem) -> list[Complaint]:
    """Workloads that no pool can ever take, with none of their parts; each with what every pool lacks.

    Of parts that carry something together one is enough; of roles that all have to run each needs a pool.
    """
    needs = {demand.workload: demand.of if demand.elastic else demand.workload for demand in problem.demands}
    able = {needs[demand.workload] for demand in problem.demands if eligible(problem, demand)}
    return [_misfit(problem, demand) for demand in problem.demands if needs[demand.workload] not in able]


def explain_conflict(problem: Problem) -> list[Complaint]:
    """One complaint for each workload and each limit of a smallest conflicting set: without any one all others fit.

    Workloads that are alike are left out together first; then each limit is lifted, and named only where that helps.
    """
    few = merged(problem)
    if few is not problem and not fits(aggregate(few).problem):
        problem = few
    names = _crowd(aggregate(problem))
    demands = [demand for demand in problem.demands if demand.workload in names]
    binding = _binding(only(problem, names))
    fix = way_out(problem, binding)
    told = [_crowded(problem, demand, demands, binding, fix) for demand in demands[:MOST_COMPLAINTS]]
    return told + [_limited(limit, demands, fix) for limit in binding if limit.kind != "policy"]


def _crowd(classes: Classes) -> set[str]:
    """The fewest workloads that do not fit together, the most demanding preferred."""
    whole: dict[str, list[Demand]] = {}
    for demand in classes.problem.demands:
        whole.setdefault(demand.of or demand.workload, []).append(demand)
    names = sorted(whole, key=lambda name: max(_weight(demand) for demand in whole[name]), reverse=True)

    def fit(parts: Sequence[str]) -> bool:
        return fits(only(classes.problem, [demand.workload for name in parts for demand in whole[name]]))

    kept = [demand for name in smallest(names, Patience(fit)) for demand in whole[name]]
    question = only(classes.problem, [demand.workload for demand in kept])
    for demand in kept:
        question = _with_fewest(question, demand.workload)
    return {name for demand in question.demands for name in classes.members[demand.workload][: demand.copies]}


def _with_fewest(question: Problem, workload: str) -> Problem:
    """As few copies of what is alike as still do not fit."""
    demand = question.demand(workload)
    low, high = 0, demand.copies if demand else 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(_with_copies(question, workload, middle)) else (low, middle)
    return _with_copies(question, workload, high)


def _with_copies(question: Problem, workload: str, copies: int) -> Problem:
    demands = (replace(one, copies=copies) if one.workload == workload else one for one in question.demands)
    return replace(question, demands=tuple(demands))


def _binding(conflict: Problem) -> list[Limit]:
    """The limits and policies without which these workloads would fit; all of them are in the way together."""
    kept = []
    for limit in limits(conflict, conflict.demands):
        without = lift(conflict, limit)
        if fits(without):
            kept.append(limit)
        else:
            conflict = without
    return kept


def _weight(demand: Demand) -> tuple[int, int, int, str]:
    pods = (demand.pods_max + demand.surge) * demand.copies
    return (demand.accelerators * pods, demand.cpu_millicores * pods, demand.memory_mib * pods, demand.workload)


def _crowded(problem: Problem, demand: Demand, core: Sequence[Demand], binding: Sequence[Limit], fix: str) -> Complaint:
    asked = f"{demand.workload} asks for {replicas(demand)} of {pod(demand, problem.resources)}"
    others = [other.workload for other in core if other is not demand]
    if len(others) > MOST_NAMED:
        others = [*others[:MOST_NAMED], f"{len(others) - MOST_NAMED} others"]
    together = f" together with {listing(others)}" if others else ""
    policies = [limit.says for limit in binding if limit.kind == "policy"]
    held = [limit.says for limit in binding if limit.kind != "policy"]
    pools = any(limit.kind == "nodes" for limit in binding) or not held
    limit = ("more than the pools can hold" if pools else "more than is allowed") + (
        f": {listing(held)}" if held else ""
    )
    while_ = f", while {listing(policies)}" if policies else ""
    return Complaint(
        file=demand.file or problem.file,
        line=demand.line,
        what=f"{asked}; on cluster {problem.cluster} that is{together} {limit}{while_}",
        fix=f"{fix} Or ask for less." if fix else f"Ask for less, or raise nodes.max in {problem.file}.",
    )


def _limited(limit: Limit, core: Sequence[Demand], fix: str) -> Complaint:
    names = [demand.workload for demand in core[:MOST_NAMED]]
    if len(core) > MOST_NAMED:
        names.append(f"{len(core) - MOST_NAMED} others")
    what = (
        f"{limit.says} cannot hold {listing(names)}"
        if names
        else f"{limit.says} cannot be kept by the nodes that are always there"
    )
    return Complaint(file=limit.file, line=limit.line, what=what, fix=fix or "Raise it, or ask for less.")


def _misfit(problem: Problem, demand: Demand) -> Complaint:
    lacks = [f"{pool.name}: {refusals(demand, pool)[0]}" for pool in _largest_first(problem)]
    return Complaint(
        file=demand.file,
        line=demand.line,
        what=f"no pool of cluster {problem.cluster} can take {demand.workload} ({pod(demand, problem.resources)}); "
        + "; ".join(lacks),
        fix=f"Ask for less, or add a pool to {problem.file}.",
    )


def _largest_first(problem: Problem) -> list[Pool]:
    return sorted(problem.pools, key=lambda pool: (-pool.cpu_millicores, -pool.memory_mib, pool.name))
