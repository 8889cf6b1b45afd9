"""Bays that are filled without simulation hold what they promise."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.placement.small import demand, pool, problem

from bayplan.placement.berths import berth
from bayplan.placement.groups import groups
from bayplan.placement.plan import Bay, Plan
from bayplan.placement.price import price
from bayplan.placement.problem import LEVELS
from bayplan.placement.proof import any_order_fits
from bayplan.placement.realise import nodes_needed
from bayplan.placement.verify import verify

if TYPE_CHECKING:
    from bayplan.placement.plan import Seat
    from bayplan.placement.problem import Demand, Pool, Problem, Scheduler


def bays(name: str, count: int, **more: int) -> list[Pool]:
    """Pools that differ in their name only."""
    accelerators = more.get("accelerators", 0)
    one = pool(
        nodes=(0, 9),
        cpu=more.get("cpu", 4000),
        memory=more.get("memory", 16000),
        price=more.get("price", 1000),
        accelerators=accelerators,
        model="l4" if accelerators else None,
    )
    return [replace(one, name=f"{name}-{number}") for number in range(count)]


def plan_of(question: Problem, seats: tuple[Seat, ...]) -> Plan:
    nodes = nodes_needed(question, seats)
    return Plan(
        cluster=question.cluster,
        seats=seats,
        bays=tuple(
            Bay(pool=one.name, nodes_min=nodes[one.name, "min"], nodes_max=nodes[one.name, "max"])
            for one in question.pools
        ),
        cost_min_e4_usd_per_hour=price(question, nodes, "min", seats),
        cost_max_e4_usd_per_hour=price(question, nodes, "max", seats),
        bound_min_e4_usd_per_hour=0,
    )


def planned(question: Problem, committed: Plan | None = None) -> Plan:
    seats = berth(question, committed)
    assert seats is not None
    return plan_of(question, seats)


def test_small_pods_do_not_take_the_room_of_a_large_one() -> None:
    """In one bay they would need a node more; two bays hold both as tightly as their sums."""
    parts = (demand("a/small", cpu=500, memory=100, pods=(8, 8)), demand("b/large", cpu=4000, memory=100, pods=(2, 2)))
    assert planned(problem(*parts, *bays("one", 3))).cost_max_e4_usd_per_hour == 3000


def test_cpu_pods_ride_on_accelerator_nodes_that_are_there_anyway() -> None:
    parts = (
        demand("a/model", cpu=1000, memory=1000, accelerators=2, pods=(3, 3)),
        demand("b/web", cpu=1000, memory=1000, pods=(3, 3)),
    )
    plan = planned(problem(*parts, *bays("gpu", 2, accelerators=2, price=9000), *bays("cpu", 2)))
    assert plan.cost_max_e4_usd_per_hour == 27000


def test_odd_numbers_of_accelerators_share_a_node() -> None:
    """3 and 5 of 8: each node has one of each, in any order."""
    parts = (demand("a/three", accelerators=3, pods=(4, 4)), demand("b/five", accelerators=5, pods=(4, 4)))
    plan = planned(problem(*parts, *bays("gpu", 2, cpu=64000, memory=64000, accelerators=8, price=100)))
    assert plan.cost_max_e4_usd_per_hour == 400


def test_policies_between_workloads_are_left_to_the_solver() -> None:
    near = demand("a/a", near=("b/b",))
    assert berth(problem(near, demand("b/b"), *bays("one", 2)), None) is None


def test_too_few_bays_are_said() -> None:
    """Each would need a bay of its own: together they fit on no number of nodes without luck."""
    models = [demand(f"a/{n}", cpu=2100 + n, memory=100, accelerators=1, pods=(9, 9)) for n in range(3)]
    assert berth(problem(*models, *bays("gpu", 1, accelerators=4)), None) is None


def test_the_committed_plan_is_kept_where_nothing_has_changed() -> None:
    parts = [demand(f"a/{n}", cpu=700 + 300 * n, memory=500 + 400 * (7 - n), pods=(n + 1, n + 1)) for n in range(7)]
    question = problem(*parts, *bays("one", 12))
    plan = planned(question)
    assert planned(question, plan).seats == plan.seats


def test_a_change_moves_few() -> None:
    parts = [demand(f"a/{n}", cpu=700 + 300 * n, memory=500 + 400 * (7 - n), pods=(n + 1, n + 1)) for n in range(7)]
    plan = planned(problem(*parts, *bays("one", 12)))
    after = planned(problem(*parts, demand("b/new", cpu=1500, memory=2000, pods=(2, 2)), *bays("one", 12)), plan)
    assert {seat for seat in after.seats if seat.workload != "b/new"} == set(plan.seats)


def odd_platform(scheduler: Scheduler) -> Problem:
    """Numbers of pods that divide no number of nodes evenly."""
    parts = [
        demand(f"a/{n:02}", cpu=300 + 170 * n % 1900, memory=500 + 930 * n % 7000, pods=(3 + n % 5, 3 + n % 5))
        for n in range(24)
    ]
    return problem(*parts, *bays("one", 30), scheduler=scheduler)


def test_karpenter_fills_nodes_fuller_than_sums_that_hold_in_any_order() -> None:
    """The search ends at 43 nodes where an item comes in only if every node has room for its even share."""
    assert planned(odd_platform("Karpenter")).cost_max_e4_usd_per_hour <= 42000


def test_what_karpenter_fills_is_kept() -> None:
    question = odd_platform("Karpenter")
    plan = planned(question)
    assert planned(question, plan).seats == plan.seats


@st.composite
def platforms(draw: st.DrawFn) -> Problem:
    """Plain workloads and plenty of bays."""
    demands: list[Demand] = []
    for number in range(draw(st.integers(1, 7))):
        low = draw(st.integers(0, 5))
        demands.append(
            demand(
                f"a/{number}",
                cpu=draw(st.integers(50, 3900)),
                memory=draw(st.integers(50, 15000)),
                pods=(low, low + draw(st.integers(0, 4))),
                surge=draw(st.integers(0, 1)),
                accelerators=draw(st.sampled_from([0, 0, 1, 2, 3])),
                hosts=draw(st.sampled_from(["off", "should"])),
            )
        )
    pools = [*bays("cpu", 9, price=draw(st.integers(0, 3000))), *bays("gpu", 9, accelerators=3, price=3000, cpu=8000)]
    scheduler: Scheduler = draw(st.sampled_from(["LeastAllocated", "MostAllocated", "Karpenter"]))
    return problem(*demands, *pools, scheduler=scheduler)


def test_what_is_filled_is_verified_and_proven() -> None:
    seen: Counter[bool] = Counter()

    @settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(platforms())
    def law(question: Problem) -> None:
        seats = berth(question, None)
        seen[seats is not None] += 1
        if seats is None:
            return
        plan = plan_of(question, seats)
        assert verify(question, plan) == []
        for level in LEVELS if question.scheduler != "Karpenter" else ():
            for group in groups(question, seats, level):
                assert any_order_fits(group, {p.name: plan.nodes[p.name, level] for p in group.pools})

    law()
    assert seen[True] >= 25, f"too few were filled: {seen}"


@settings(max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(platforms())
def test_the_same_question_has_the_same_answer(question: Problem) -> None:
    assert berth(question, None) == berth(question, None)
