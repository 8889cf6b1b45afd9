"""Nothing fits: the smallest conflicting set, and nobody else, in the words of the spec."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from tests.placement.small import demand, pool, problem, problems

from bayplan.complaint import BadInput, Complaint
from bayplan.placement.conflict import explain_conflict, misfits
from bayplan.placement.culprits import Patience, smallest
from bayplan.placement.model import InfeasibleError, ask, build
from bayplan.placement.problem import Quota
from bayplan.placement.solve import solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.placement.problem import Pool, Problem


def refused(question: Problem) -> tuple[Complaint, ...]:
    with pytest.raises(BadInput) as bad:
        solve(question)
    return bad.value.complaints


def test_a_workload_larger_than_any_node_is_said_as_such() -> None:
    large = demand("big/model", cpu=9000, memory=2048)
    (complaint,) = refused(problem(large, pool("general", cpu=4000), pool("huge", cpu=8000)))
    assert (complaint.file, complaint.line) == ("apps/big.yaml", 7)
    assert complaint.what.startswith("no pool of cluster lab can take big/model (9 CPU, 2Gi memory)")
    assert "huge: a replica needs 1 CPU more than the 8 CPU that a node has" in complaint.what


def test_all_workloads_that_no_pool_takes_are_told_at_once() -> None:
    complaints = refused(problem(demand("a/a", cpu=9000), demand("b/b", accelerators=1), demand("c/c"), pool()))
    assert [complaint.what.split(" (")[0].split()[-1] for complaint in complaints] == ["a/a", "b/b"]


def test_the_smallest_set_is_named_with_the_limit_it_hits() -> None:
    """Three nodes hold `wide` or `long` with its rollout, not both; `small` and the other pool have no part in it."""
    question = problem(
        demand("wide/w", cpu=4000, pods=(1, 2)),
        demand("long/l", cpu=4000, pods=(1, 1), surge=1),
        demand("small/s", cpu=100, memory=100),
        demand("gpu/g", cpu=100, accelerators=1),
        pool("general", cpu=4100, nodes=(0, 3)),
        pool("gpu", cpu=1000, accelerators=1, model="l4", taints=("gpu:NoSchedule",)),
    )
    complaints = refused(question)
    assert [(complaint.file, complaint.line) for complaint in complaints] == [
        ("apps/long.yaml", 7),
        ("apps/wide.yaml", 7),
        ("clusters/lab/cluster.yaml", 9),
    ]
    assert "long/l asks for 1 replica and 1 more while a new version comes of 4 CPU" in complaints[0].what
    assert "together with wide/w more than the pools can hold: general (3 nodes at the most)" in complaints[0].what
    assert complaints[2].what == "general (3 nodes at the most) cannot hold long/l and wide/w"
    assert "1 more node of general (nodes.max 4 instead of 3), 0.2000 USD/h" in complaints[0].fix


def test_a_workload_that_alone_is_too_much_is_named_alone() -> None:
    complaints = refused(problem(demand("a/a", cpu=4000, pods=(1, 9)), demand("b/b"), pool(cpu=4000, nodes=(0, 5))))
    assert [complaint.file for complaint in complaints] == ["apps/a.yaml", "clusters/lab/cluster.yaml"]
    assert "together" not in complaints[0].what


def test_room_in_sum_that_the_scheduler_cannot_use_is_said_as_such() -> None:
    """Four small pods, spread over two nodes, leave no node empty for the large one."""
    question = problem(
        demand("a/small", cpu=100, memory=100, pods=(4, 4), hosts="should"),
        demand("b/large", cpu=4000, memory=100),
        pool(cpu=4000, nodes=(0, 2)),
    )
    (complaint,) = refused(question)
    assert complaint.file == "clusters/lab/cluster.yaml"
    assert "not pod by pod" in complaint.what
    assert "3 more nodes of general (nodes.max 5 instead of 2)" in complaint.fix
    assert solve(replace(question, pools=(replace(question.pools[0], nodes_max=5),)))


def test_of_many_alike_as_few_are_named_as_conflict() -> None:
    question = problem(*(demand(f"a/w{number}", cpu=3000) for number in range(9)), pool(cpu=4000, nodes=(0, 4)))
    told = [complaint for complaint in refused(question) if complaint.file == "apps/a.yaml"]
    assert [complaint.what.split()[0] for complaint in told] == ["a/w0", "a/w1", "a/w2", "a/w3", "a/w4"]


TEAM = tuple(replace(demand(f"a/w{number}", cpu=1000, accelerators=1), team="vision") for number in range(3))
GPUS = pool("gpu", accelerators=1, model="l4", price=40000)


@pytest.mark.parametrize(
    ("quota", "says", "fix"),
    [
        (
            Quota(team="vision", accelerators=2, file="clusters/lab/cluster.yaml", line=30),
            "the quota of team vision (2 accelerators) cannot hold a/w0, a/w1 and a/w2",
            "the quota of team vision to 3 accelerators (1 more)",
        ),
        (
            Quota(team="vision", e4_usd_per_hour=90000, file="clusters/lab/cluster.yaml", line=30),
            "the quota of team vision (9.0000 USD/h) cannot hold a/w0, a/w1 and a/w2",
            "the quota of team vision to 12.0000 USD/h (3.0000 more)",
        ),
        (
            Quota(team="", e4_usd_per_hour=90000, file="clusters/lab/cluster.yaml", line=30),
            "the budget of cluster lab (9.0000 USD/h) cannot hold a/w0, a/w1 and a/w2",
            "the budget to 12.0000 USD/h (3.0000 more)",
        ),
    ],
    ids=["accelerators", "money", "budget"],
)
def test_a_quota_in_the_way_is_named_with_its_line_and_the_least_that_would_do(
    quota: Quota, says: str, fix: str
) -> None:
    complaints = refused(replace(problem(*TEAM, GPUS), quotas=(quota,)))
    last = complaints[-1]
    assert (last.file, last.line, last.what) == ("clusters/lab/cluster.yaml", 30, says)
    assert last.fix == f"The cheapest way out: {fix}."


def test_a_policy_in_the_way_is_named_with_those_who_have_it() -> None:
    one, two = demand("a/one", cpu=1000), demand("b/two", cpu=1000)
    question = problem(replace(one, apart=("b/two",)), replace(two, apart=("a/one",)), pool(nodes=(0, 1)))
    complaints = refused(question)
    assert [complaint.file for complaint in complaints] == [
        "apps/a.yaml",
        "apps/b.yaml",
        "clusters/lab/cluster.yaml",
    ]
    assert "while a/one runs apart from b/two" in complaints[0].what


def test_the_cheaper_of_two_ways_out_comes_first() -> None:
    question = problem(
        demand("a/a", cpu=3000, pods=(3, 3)),
        pool("dear", cpu=4000, nodes=(0, 1), price=9000),
        pool("good", cpu=4000, nodes=(0, 1), price=1000),
    )
    fix = refused(question)[0].fix
    assert fix.startswith("The cheapest way out: 1 more node of good (nodes.max 2 instead of 1), 0.1000 USD/h")


def test_without_patience_a_conflict_is_named_though_it_may_not_be_the_smallest() -> None:
    asked = []

    def fit(parts: Sequence[int]) -> bool:
        asked.append(parts)
        return not {3, 70} <= set(parts)

    assert smallest(range(100), Patience(fit)) == [3, 70]
    assert len(asked) < 30
    asked.clear()
    assert {3, 70} <= set(smallest(range(100), Patience(fit, questions=6)))
    assert len(asked) == 6


def test_the_way_out_is_one() -> None:
    """Where nodes are what is missing, exactly so many are enough for a plan."""
    seen = 0

    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(problems())
    def law(question: Problem) -> None:
        nonlocal seen
        question = replace(question, pools=tuple(replace(one, nodes_max=1) for one in question.pools))
        if misfits(question) or fits(question):
            return
        fix = explain_conflict(question)[0].fix
        more = {name: int(most) for name, most in re.findall(r"of (\w+) \(nodes\.max (\d+) instead", fix)}
        assert more, fix
        seen += 1
        pools = (replace(one, nodes_max=more.get(one.name, one.nodes_max)) for one in question.pools)
        solve(replace(question, pools=tuple(pools)))

    law()
    assert seen >= 5, "too few conflicts were tried"


def test_a_conflicting_set_is_minimal_and_always_the_same() -> None:
    seen = 0

    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(problems())
    def law(question: Problem) -> None:
        nonlocal seen
        question = replace(question, pools=tuple(replace(one, nodes_max=1) for one in question.pools))
        if misfits(question) or fits(question):
            return
        seen += 1
        complaints = explain_conflict(question)
        assert explain_conflict(question) == complaints
        named = {complaint.what.split()[0] for complaint in complaints}
        core = tuple(one for one in question.demands if one.workload in named)
        assert not fits(replace(question, demands=core))
        for one in question.pools:
            wider = replace(question, demands=core, pools=tuple(wide(other, one) for other in question.pools))
            assert fits(wider) or one.name not in named
        for left in core:
            assert fits(replace(question, demands=tuple(one for one in core if one is not left)))

    law()
    assert seen >= 5, "too few conflicts were tried"


def wide(other: Pool, one: Pool) -> Pool:
    return replace(other, nodes_max=1000) if other is one else other


def fits(question: Problem) -> bool:
    model, _ = build(question, ())
    try:
        return ask(model) is not None
    except InfeasibleError:
        return False
