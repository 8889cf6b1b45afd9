"""Laws of placement, on random small problems; infeasible ones are counted, so that no law passes untried."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.placement.small import demands, pool, pools, problem, problems

from bayplan.complaint import BadInput
from bayplan.placement.constraints import eligible
from bayplan.placement.gather import bound
from bayplan.placement.plan import Plan, Seat
from bayplan.placement.price import price, simple_bound
from bayplan.placement.realise import nodes_needed
from bayplan.placement.solve import solve
from bayplan.placement.variables import must_split
from bayplan.placement.verify import verify

if TYPE_CHECKING:
    from bayplan.placement.evidence import Evidence
    from bayplan.placement.problem import Demand, Pool, Problem, Scheduler

QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def solved(question: Problem) -> Plan | None:
    try:
        return solve(question)
    except BadInput:
        return None


def both_ends(plan: Plan) -> int:
    return plan.cost_min_e4_usd_per_hour + plan.cost_max_e4_usd_per_hour


def test_what_was_solved_is_verified() -> None:
    seen: Counter[bool] = Counter()

    @QUICK
    @given(problems())
    def law(question: Problem) -> None:
        plan = solved(question)
        seen[plan is not None and bool(question.demands)] += 1
        assert plan is None or verify(question, plan) == []

    law()
    assert seen[True] >= 15, f"too few problems could be solved: {seen}"


def test_the_bound_lies_below_the_best_plan_and_the_best_plan_below_ours() -> None:
    seen: Counter[bool] = Counter()

    @QUICK
    @given(problems(most_demands=2, most_pools=2))
    def law(question: Problem) -> None:
        plan, best = solved(question), brute_force(question)
        seen[best is not None] += 1
        if plan is not None:
            assert plan.bound_min_e4_usd_per_hour <= plan.cost_min_e4_usd_per_hour
        if plan is not None and best is not None:
            assert simple_bound(question) <= best.cost_min_e4_usd_per_hour
            assert plan.bound_min_e4_usd_per_hour <= best.cost_min_e4_usd_per_hour
            if not any(seat.even for seat in plan.seats):  # which brute force does not try, and which may be cheaper
                assert both_ends(best) <= both_ends(plan)

    law()
    assert seen[True] >= 15, f"too few problems could be solved: {seen}"


def brute_force(question: Problem) -> Plan | None:
    """The cheapest of all assignments to single pools, with node counts from the simulation; None where none fits."""
    choices = [eligible(question, one) for one in question.demands]
    if any(must_split(one, choice) for one, choice in zip(question.demands, choices, strict=True)):
        return None
    found = []
    for homes in product(*choices):
        seats = tuple(
            Seat(workload=one.workload, pool=home.name, pods_min=one.pods_min, pods_max=one.pods_max)
            for one, home in zip(question.demands, homes, strict=True)
        )
        nodes = nodes_needed(question, seats)
        if all(nodes[one.name, "max"] <= one.nodes_max for one in question.pools):
            low, high = price(question, nodes, "min", seats), price(question, nodes, "max", seats)
            found.append(
                Plan(
                    cluster="lab",
                    seats=seats,
                    bays=(),
                    cost_min_e4_usd_per_hour=low,
                    cost_max_e4_usd_per_hour=high,
                    bound_min_e4_usd_per_hour=0,
                )
            )
    return min(found, key=both_ends, default=None)


@QUICK
@given(problems(most_demands=2, most_pools=2), pools("added"))
def test_another_pool_never_raises_the_bound(question: Problem, added: Pool) -> None:
    wider = problem(*question.demands, *question.pools, replace(added, nodes_min=0))
    if solved(question) is not None:
        assert bound(wider) <= bound(question)


@QUICK
@given(problems(most_demands=2, most_pools=2), demands("z/added"))
def test_another_workload_never_lowers_the_bound(question: Problem, added: Demand) -> None:
    fuller = problem(*question.demands, *question.pools, added)
    if solved(fuller) is not None:
        assert bound(fuller) >= bound(question)


@QUICK
@given(problems(most_demands=2, most_pools=2))
def test_other_names_cost_the_same_bound(question: Problem) -> None:
    other = problem(
        *(replace(one, workload="zyx"[number] + "/w") for number, one in enumerate(question.demands)),
        *(replace(one, name=f"{9 - number}") for number, one in enumerate(question.pools)),
    )
    assert bound(other) == bound(question)


@QUICK
@given(problems(most_demands=2, most_pools=2), st.integers(2, 50))
def test_prices_scale(question: Problem, factor: int) -> None:
    dearer = problem(
        *question.demands,
        *(replace(one, e4_usd_per_hour=one.e4_usd_per_hour * factor) for one in question.pools),
        scheduler=question.scheduler,
    )
    assert bound(dearer) == factor * bound(question)


def test_a_mutated_plan_is_refused() -> None:
    seen: Counter[str] = Counter()

    @QUICK
    @given(problems())
    def law(question: Problem) -> None:
        plan = solved(question)
        if plan is None or not plan.seats:
            return
        for name, mutated in mutants(plan):
            seen[name] += 1
            assert verify(question, mutated), name

    law()
    assert min(seen.values()) >= 15, f"too few mutants were tried: {seen}"


def mutants(plan: Plan) -> list[tuple[str, Plan]]:
    seat, bay = plan.seats[0], plan.bays[0]
    return [
        ("other cluster", replace(plan, cluster="other")),
        ("seat lost", replace(plan, seats=plan.seats[1:])),
        ("seat twice", replace(plan, seats=(seat, *plan.seats))),
        ("pod more", replace(plan, seats=(replace(seat, pods_max=seat.pods_max + 1), *plan.seats[1:]))),
        ("pod below zero", replace(plan, seats=(replace(seat, pods_min=-1), *plan.seats[1:]))),
        ("unknown pool", replace(plan, seats=(replace(seat, pool="nowhere"), *plan.seats[1:]))),
        ("stranger", replace(plan, seats=(*plan.seats, replace(seat, workload="z/z")))),
        ("pool lost", replace(plan, bays=plan.bays[1:])),
        ("pool twice", replace(plan, bays=(bay, *plan.bays))),
        ("nodes above the limit", replace(plan, bays=(replace(bay, nodes_max=10), *plan.bays[1:]))),
        ("cost", replace(plan, cost_min_e4_usd_per_hour=plan.cost_min_e4_usd_per_hour + 1)),
        ("cost at the maximum", replace(plan, cost_max_e4_usd_per_hour=plan.cost_max_e4_usd_per_hour - 1)),
        ("bound", replace(plan, bound_min_e4_usd_per_hour=plan.bound_min_e4_usd_per_hour + 1)),
        ("bound at the maximum", replace(plan, bound_max_e4_usd_per_hour=plan.bound_max_e4_usd_per_hour - 1)),
        ("no evidence", replace(plan, bound_min_e4_usd_per_hour=plan.cost_min_e4_usd_per_hour + 1, evidence_min=None)),
        *(("evidence", replace(plan, evidence_max=one)) for one in spoiled(plan.evidence_max)),
    ]


def spoiled(evidence: Evidence | None) -> list[Evidence]:
    """A packing that is cheaper than it is, one that fills a node more, and a proof of more than it proves."""
    assert evidence is not None
    proof = evidence.certificate
    spoiled = [
        replace(evidence, packed_e4_usd_per_hour=evidence.packed_e4_usd_per_hour - 1),
        replace(evidence, certificate=replace(proof, bound=proof.bound + 1)),
    ]
    fillings = evidence.fillings or ()
    for number, filling in enumerate(fillings):
        more = replace(filling, nodes=filling.nodes + 1)
        spoiled.append(replace(evidence, fillings=(*fillings[:number], more, *fillings[number + 1 :])))
    return spoiled


@pytest.mark.parametrize("scheduler", ["LeastAllocated", "MostAllocated", "Karpenter"])
def test_a_problem_without_workloads_pays_for_the_nodes_that_always_stand(scheduler: Scheduler) -> None:
    plan = solve(problem(pool(nodes=(2, 5), price=10), scheduler=scheduler))
    assert (plan.seats, plan.cost_min_e4_usd_per_hour, plan.cost_max_e4_usd_per_hour) == ((), 20, 20)
