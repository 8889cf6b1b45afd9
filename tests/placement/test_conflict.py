"""Nothing fits: the smallest conflicting set, and nobody else, in the words of the spec."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from tests.placement.small import demand, pool, problem, problems

from bayplan.complaint import BadInput, Complaint
from bayplan.placement.conflict import explain_conflict, misfits
from bayplan.placement.model import InfeasibleError, ask, build
from bayplan.placement.solve import solve

if TYPE_CHECKING:
    from bayplan.placement.problem import Problem


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
    ]
    assert "long/l asks for 1 replica and 1 more while a new version comes of 4 CPU" in complaints[0].what
    assert "together with wide/w more than the pools can hold: general (3 nodes at the most)" in complaints[0].what
    assert "raise nodes.max" in complaints[0].fix


def test_a_workload_that_alone_is_too_much_is_named_alone() -> None:
    complaints = refused(problem(demand("a/a", cpu=4000, pods=(1, 9)), demand("b/b"), pool(cpu=4000, nodes=(0, 5))))
    assert [complaint.file for complaint in complaints] == ["apps/a.yaml"]
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
    assert solve(replace(question, pools=(replace(question.pools[0], nodes_max=5),)))


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
        named = {complaint.what.split()[0] for complaint in explain_conflict(question)}
        assert {complaint.what.split()[0] for complaint in explain_conflict(question)} == named
        core = tuple(one for one in question.demands if one.workload in named)
        assert not fits(replace(question, demands=core))
        for left in core:
            assert fits(replace(question, demands=tuple(one for one in core if one is not left)))

    law()
    assert seen >= 5, "too few conflicts were tried"


def fits(question: Problem) -> bool:
    model, _ = build(question, ())
    try:
        return ask(model) is not None
    except InfeasibleError:
        return False
