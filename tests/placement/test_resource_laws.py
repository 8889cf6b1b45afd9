"""Laws of what nodes have: random shares, slices, devices, licences, volumes, variants; what is solved is verified."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.placement.small import demands, pools, problem

from bayplan.complaint import BadInput
from bayplan.placement.constraints import eligible
from bayplan.placement.plan import Bay, Plan, Seat
from bayplan.placement.solve import solve
from bayplan.placement.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.problem import Demand, Pool, Problem

QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
RESOURCES = ("ephemeral-storage", "example.com/fpga")


@st.composite
def askers(draw: st.DrawFn, workload: str) -> Demand:
    asked = draw(demands(workload))
    counted = (draw(st.sampled_from([0, 0, 1024])), draw(st.sampled_from([0, 0, 0, 1, 2])))
    asked = replace(asked, extra=counted, most_per_node=draw(st.sampled_from([0, 0, 1, 2])))
    if asked.accelerators == 1 and draw(st.booleans()):
        asked = replace(asked, accelerator_share_milli=draw(st.sampled_from([200, 500])))
    if draw(st.integers(0, 3)) == 0 and asked.zones != "must":
        zone = draw(st.sampled_from(["z-a", "z-b"]))
        asked = replace(asked, volume_zone=zone, storage_gib=draw(st.integers(0, 50)), storage_class="gp3")
    return asked


@st.composite
def offers(draw: st.DrawFn, name: str) -> list[Pool]:
    offered = draw(pools(name))
    offered = replace(offered, extra=(draw(st.sampled_from([0, 4096])), draw(st.sampled_from([0, 2, 3]))))
    if offered.accelerators and draw(st.booleans()):
        shares = draw(st.sampled_from([2, 4]))
        offered = replace(offered, shares=shares, accelerators=offered.accelerators * shares)
    if draw(st.booleans()):
        return [offered]
    other = replace(offered, name=f"{name}-2", extra=(4096, 4), accelerators=0, accelerator_model=None, shares=1)
    return [replace(one, family=name) for one in (replace(offered, name=f"{name}-1"), other)]


@st.composite
def questions(draw: st.DrawFn, most: int = 3) -> Problem:
    return problem(
        *(draw(askers(f"{letter}/w")) for letter in "abc"[: draw(st.integers(1, most))]),
        *(variant for name in ("one", "two")[: draw(st.integers(1, 2))] for variant in draw(offers(name))),
        scheduler=draw(st.sampled_from(["LeastAllocated", "MostAllocated", "Karpenter"])),
        resources=RESOURCES,
        e6_usd_per_gib_hour=(("gp3", draw(st.sampled_from([0, 110, 99_999]))),),
    )


def solved(question: Problem) -> Plan | None:
    try:
        return solve(question)
    except BadInput:
        return None


def test_what_was_solved_is_verified_and_its_bound_holds() -> None:
    seen: Counter[bool] = Counter()

    @QUICK
    @given(questions())
    def law(question: Problem) -> None:
        plan = solved(question)
        seen[plan is not None] += 1
        assert plan is None or verify(question, plan) == []

    law()
    assert seen[True] >= 15, f"too few problems could be solved: {seen}"


def test_no_plan_of_whole_workloads_is_cheaper_than_the_bound() -> None:
    seen: Counter[bool] = Counter()

    @QUICK
    @given(questions(most=2))
    def law(question: Problem) -> None:
        question = replace(question, pools=tuple(replace(pool, nodes_max=2, nodes_min=0) for pool in question.pools))
        plan, least = solved(question), cheapest(question)
        seen[plan is not None and least is not None] += 1
        if plan is not None and least is not None:
            assert plan.bound_min_e4_usd_per_hour <= least

    law()
    assert seen[True] >= 15, f"too few problems could be solved: {seen}"


def cheapest(question: Problem) -> int | None:
    """Of all assignments and node counts that keep every rule, the least cost at the minimum load; None for none.

    The sums are asked alone, as the bound is: what the simulation asks for besides only makes plans dearer.
    """
    plans = [
        by_hand(question, homes, low, high)
        for homes in product(*(eligible(question, one) for one in question.demands))
        for high in most_nodes(question)
        for low in product(*(range(count + 1) for count in high))
    ]
    for plan in sorted(plans, key=lambda one: one.cost_min_e4_usd_per_hour):
        if not verify(question, plan, simulate=False):
            return plan.cost_min_e4_usd_per_hour
    return None


def most_nodes(question: Problem) -> Iterator[tuple[int, ...]]:
    """All ways to use every limit up: at the maximum load more nodes are never in the way of a rule."""
    for counts in product(*(range(pool.nodes_max + 1) for pool in question.pools)):
        by_name = dict(zip((pool.name for pool in question.pools), counts, strict=True))
        if all(sum(by_name[one.name] for one in pools) == pools[0].nodes_max for pools in question.families.values()):
            yield counts


def by_hand(question: Problem, homes: tuple[Pool, ...], few: tuple[int, ...], most: tuple[int, ...]) -> Plan:
    bays = tuple(
        Bay(pool=pool.name, nodes_min=low, nodes_max=high)
        for pool, low, high in zip(question.pools, few, most, strict=True)
    )
    seats = tuple(
        Seat(workload=one.workload, pool=home.name, pods_min=one.pods_min, pods_max=one.pods_max, zone=one.volume_zone)
        for one, home in zip(question.demands, homes, strict=True)
    )
    low, high = (
        sum(pool.e4_usd_per_hour * count for pool, count in zip(question.pools, counts, strict=True))
        + -(-sum(getattr(one, end) * one.storage_gib * volume_price(question, one) for one in question.demands) // 100)
        for end, counts in (("pods_min", few), ("pods_max", most))
    )
    return Plan(
        cluster="lab",
        seats=seats,
        bays=bays,
        cost_min_e4_usd_per_hour=low,
        cost_max_e4_usd_per_hour=high,
        bound_min_e4_usd_per_hour=0,
    )


def volume_price(question: Problem, one: Demand) -> int:
    return dict(question.e6_usd_per_gib_hour).get(one.storage_class, 0)
