"""Laws of the policies between workloads: what is solved under each of them is verified, losses and all.

Infeasible problems are counted, so that no law passes untried; so are plans in which the policy made a difference.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.placement.small import demand, demands, pools, problem

from bayplan.complaint import BadInput
from bayplan.placement.problem import Choice, Option, Problem, Quota
from bayplan.placement.solve import solve
from bayplan.placement.verify import verify

if TYPE_CHECKING:
    from bayplan.placement.demand import Demand
    from bayplan.placement.plan import Plan
    from bayplan.placement.pool import Pool
    from bayplan.placement.terms import Domain

QUICK = settings(
    max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
NAMES = ("a/w", "b/w", "c/w")


@st.composite
def guests(draw: st.DrawFn) -> list[Demand]:
    return [draw(demands(name)) for name in NAMES[: draw(st.integers(2, 3))]]


@st.composite
def bays(draw: st.DrawFn) -> list[Pool]:
    made = [draw(pools(name)) for name in ("one", "two")[: draw(st.integers(1, 2))]]
    zones = draw(st.sampled_from([("z-a", "z-b"), ("z-a", "z-b", "z-c")]))
    network = draw(st.booleans())
    return [replace(one, zones=zones, network=network, nodes_max=one.nodes_max + 4) for one in made]


@st.composite
def gangs(draw: st.DrawFn) -> Problem:
    kinds: st.SearchStrategy[Domain] = st.sampled_from(("", "zone", "zone", "network"))
    asked = [replace(one, gang=draw(kinds), zones="off") for one in draw(guests())]
    return problem(*asked, *draw(bays()))


@st.composite
def parties(draw: st.DrawFn) -> Problem:
    together: Domain = draw(st.sampled_from(("zone", "network")))
    part: dict[str, Any] = {"gang": together, "party": "a/job", "of": "a/job", "zones": "off", "surge": 0}
    asked = [replace(one, workload=f"a/job@{one.workload[0]}", **part) for one in draw(guests())]
    return problem(*asked, draw(demands("b/other")), *draw(bays()))


@st.composite
def survivors(draw: st.DrawFn) -> Problem:
    asked = [replace(one, survives=draw(st.sampled_from(["", "node", "zone"]))) for one in draw(guests())]
    return problem(*asked, *draw(bays()), scheduler=draw(st.sampled_from(["LeastAllocated", "MostAllocated"])))


@st.composite
def neighbours(draw: st.DrawFn) -> Problem:
    first, *others = draw(guests())
    near = (others[0].workload,) if draw(st.booleans()) else ()
    return problem(replace(first, near=near), *others, *draw(bays()))


@st.composite
def rivals(draw: st.DrawFn) -> Problem:
    first, second, *others = draw(guests())
    rest = [replace(one, apart=tuple(sorted([first.workload, second.workload]))) for one in others]
    third = tuple(one.workload for one in rest)
    pair = [
        replace(first, apart=tuple(sorted((second.workload, *third)))),
        replace(second, apart=tuple(sorted((first.workload, *third)))),
    ]
    return problem(*pair, *rest, *draw(bays()))


@st.composite
def teams(draw: st.DrawFn) -> Problem:
    asked = [replace(one, team=draw(st.sampled_from(["red", "blue"]))) for one in draw(guests())]
    limits = (
        Quota(team="", e4_usd_per_hour=draw(st.sampled_from([9_000, 40_000, 90_000, 200_000]))),
        Quota(
            team="red",
            accelerators=draw(st.sampled_from([None, 1, 4, 12])),
            e4_usd_per_hour=draw(st.sampled_from([None, 3_000, 12_000, 30_000])),
        ),
    )
    return replace(problem(*asked, *draw(bays())), quotas=limits)


@st.composite
def waiters(draw: st.DrawFn) -> Problem:
    asked = [
        replace(one, may_wait=draw(st.sampled_from([True, True, False])), priority=draw(st.integers(0, 3)))
        for one in draw(guests())
    ]
    few = [replace(one, nodes_max=max(1, one.nodes_min), zones=("z-a",)) for one in draw(bays())]
    return problem(*(replace(one, zones="off") for one in asked), *few)


@st.composite
def skewed(draw: st.DrawFn) -> Problem:
    asked = [replace(one, zones="must", zone_skew=draw(st.integers(1, 3))) for one in draw(guests())]
    return problem(*asked, *draw(bays()))


@st.composite
def divided(draw: st.DrawFn) -> Problem:
    """A load on two kinds of pods, one of which may have a share of it at the most."""
    low = draw(st.integers(0, 30))
    high = low + draw(st.integers(1, 60))
    carried = sorted(draw(st.lists(st.integers(3, 25), min_size=2, max_size=2)))
    options, parts = [], []
    for part, throughput, percent in zip("xy", carried, (100, draw(st.integers(20, 100))), strict=True):
        name = f"w/w@{part}"
        options.append(Option(demand=name, throughput=throughput, most_percent=percent))
        size = draw(st.sampled_from([300, 900]))
        parts.append(replace(demand(name, cpu=size, pods=(0, -(-high // throughput))), elastic=True, of="w/w", surge=1))
    choice = Choice(workload="w/w", load_min=low, load_max=high, options=tuple(options))
    return replace(problem(*parts, draw(demands("a/w")), *draw(bays())), choices=(choice,))


def binds(question: Problem, plan: Plan) -> bool:
    """Whether a plan is another than it would be without any policy."""
    plain = [
        replace(one, gang="", party="", survives="", near=(), apart=(), may_wait=False, zones="off")
        for one in question.demands
    ]
    try:
        free = solve(replace(question, demands=tuple(plain), quotas=()))
    except BadInput:
        return True
    return (free.seats, free.bays) != (plan.seats, plan.bays)


LAWS = [gangs, parties, survivors, neighbours, rivals, teams, waiters, skewed, divided]


@pytest.mark.parametrize("questions", LAWS, ids=lambda law: law.__name__)
def test_what_was_solved_under_a_policy_is_verified(questions: object) -> None:
    seen: Counter[str] = Counter()

    @QUICK
    @given(questions())  # type: ignore[operator]  # a strategy of hypothesis
    def law(question: Problem) -> None:
        try:
            plan = solve(question)
        except BadInput:
            seen["infeasible"] += 1
            return
        seen["solved"] += 1
        seen["bound"] += binds(question, plan)
        assert verify(question, plan) == []

    law()
    assert seen["solved"] >= 8, f"too few problems could be solved: {seen}"
    assert seen["bound"] >= 3, f"the policy made no difference: {seen}"
