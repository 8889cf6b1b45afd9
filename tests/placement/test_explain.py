"""Why a workload runs where it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.placement.small import demand, pool, problem

from bayplan.complaint import BadInput
from bayplan.placement.explain import explain
from bayplan.placement.plan import Bay, Plan, Seat
from bayplan.placement.problem import Choice, Option, Quota
from bayplan.placement.solve import solve

if TYPE_CHECKING:
    from bayplan.placement.problem import Problem

QUESTION = problem(
    demand("shop/front", cpu=1000, pods=(2, 4), surge=1),
    demand("shop/rest", cpu=1000, pods=(2, 2)),
    pool("cheap", cpu=4000, price=1000),
    pool("dear", cpu=4000, price=3000),
    pool("full", cpu=4000, price=4000, nodes=(0, 1)),
    pool("gpu", accelerators=1, model="l4", taints=("gpu:NoSchedule",)),
    pool("small", cpu=900),
)


def test_every_other_pool_is_priced_or_ruled_out() -> None:
    (told,) = explain(QUESTION, solve(QUESTION), "shop/front")
    assert [(one.pool, one.pods_min, one.pods_max) for one in told.shares] == [("cheap", 2, 4)]
    assert told.next_best == "dear"
    assert [other.pool for other in told.alternatives] == ["dear", "full", "gpu", "small"]
    dear, *others = told.alternatives
    # alone in `dear`: one node, later two; `cheap` loses nothing at the minimum and one node at the maximum
    assert (dear.extra_min_e4_usd_per_hour, dear.extra_max_e4_usd_per_hour) == (3000, 5000)
    assert [other.ruled_out[0].split(",")[0].split(":")[0] for other in others] == [
        "it is full",
        "the taint gpu",
        "a replica needs 100m CPU more than the 900m CPU that a node has",
    ]


def test_what_it_asks_for_is_said_in_words() -> None:
    (told,) = explain(QUESTION, solve(QUESTION), "shop/front")
    assert told.asks == "4 replicas and 1 more while a new version comes, each with 1 CPU, 512Mi memory"


def test_without_another_pool_there_is_no_next_best() -> None:
    only = problem(demand(), pool())
    assert [told.next_best for told in explain(only, solve(only), "a/a")] == [None]


def test_the_share_of_the_price_follows_what_its_pods_take_most_of() -> None:
    """2 to 4 pods of a quarter of a node's CPU each, at 0.1 USD/h a node."""
    (told,) = explain(QUESTION, solve(QUESTION), "shop/front")
    assert [(one.min_e4_usd_per_hour, one.max_e4_usd_per_hour) for one in told.shares] == [(500, 1000)]


def binds(question: Problem, workload: str = "a/a") -> str:
    return "\n".join(one for told in explain(question, solve(question), workload) for one in told.binding)


def test_the_resource_that_runs_out_binds() -> None:
    many = problem(demand(accelerators=1, pods=(1, 3)), pool("gpu", accelerators=2, model="l4"))
    assert "gpu: one node less would not do: 3 l4 of 4 l4" in binds(many)
    assert "CPU of" not in binds(many)


def test_limits_that_are_reached_bind() -> None:
    question = problem(demand(cpu=3000, pods=(1, 2)), pool(cpu=4000, nodes=(1, 2)))
    assert "general: nodes.max of 2 is reached at the maximum load" in binds(question)
    assert "general: 1 node (nodes.min) always paid for, and enough at the minimum load" in binds(question)


def test_the_spread_over_zones_binds_where_it_sets_the_number_of_nodes() -> None:
    question = problem(demand(cpu=100, pods=(3, 3), zones="must"), pool(cpu=4000))
    assert "a/a must be spread over 3 zones" in binds(question)


def test_pods_of_which_few_share_a_node_bind() -> None:
    question = problem(demand(cpu=2100, pods=(3, 3)), pool(cpu=4000))
    assert "a node takes 1 of the 3 pods of a/a" in binds(question)


@pytest.mark.parametrize(
    ("quota", "says"),
    [
        (Quota(team="vision", accelerators=2), "quota of team vision: 2 of 2 accelerators are taken"),
        (Quota(team="vision", e4_usd_per_hour=2500), "quota of team vision: 0.2000 of 0.2500 USD/h are spent"),
        (Quota(team="", e4_usd_per_hour=2500), "budget of the cluster: 0.2000 of 0.2500 USD/h are spent"),
    ],
    ids=["accelerators", "money", "budget"],
)
def test_a_quota_that_leaves_no_room_for_another_pod_binds(quota: Quota, says: str) -> None:
    one = replace(demand(accelerators=1, pods=(1, 2)), team="vision")
    gpu = pool("gpu", accelerators=2, model="l4")
    assert says in binds(replace(problem(one, gpu), quotas=(quota,)))
    assert "quota" not in binds(replace(problem(one, gpu), quotas=(Quota(team="vision", accelerators=9),)))


def test_a_policy_between_workloads_rules_a_pool_out() -> None:
    near = replace(demand("a/b", cpu=1000), near=("a/a",))
    question = problem(demand(cpu=1000), near, pool("one", price=1000), pool("two", price=2000))
    (told,) = explain(question, solve(question), "a/b")
    assert told.next_best is None
    assert "a/a" in told.alternatives[0].ruled_out[0]


def test_every_part_of_a_workload_is_explained() -> None:
    parts = [
        replace(demand(f"a/a@{model}", accelerators=1, model=model, pods=(0, 3)), of="a/a", elastic=True)
        for model in ("l4", "t4")
    ]
    options = tuple(Option(demand=part.workload, throughput=10) for part in parts)
    choice = Choice(workload="a/a", load_min=10, load_max=20, options=options)
    pools = (pool("dear", accelerators=1, model="l4", price=9000), pool("good", accelerators=1, model="t4"))
    question = replace(problem(*parts, *pools), choices=(choice,))
    on_l4, on_t4 = explain(question, solve(question), "a/a")
    assert (on_l4.workload, on_l4.shares) == ("a/a@l4", ())
    assert [(one.pool, one.pods_max) for one in on_t4.shares] == [("good", 2)]


def test_a_large_cluster_is_explained_by_shares_without_simulating_it() -> None:
    wide = pool("wide", cpu=64000, memory=10**6, pods=500, nodes=(0, 99))
    question = problem(demand(cpu=100, pods=(1, 1)), demand("b/b", cpu=100, pods=(5000, 5000)), wide, pool("other"))
    seats = (
        Seat(workload="a/a", pool="wide", pods_min=1, pods_max=1),
        Seat(workload="b/b", pool="wide", pods_min=5000, pods_max=5000),
    )
    bays = (Bay(pool="other", nodes_min=0, nodes_max=0), Bay(pool="wide", nodes_min=10, nodes_max=10))
    plan = Plan(
        cluster="lab",
        seats=seats,
        bays=bays,
        cost_min_e4_usd_per_hour=20000,
        cost_max_e4_usd_per_hour=20000,
        bound_min_e4_usd_per_hour=0,
    )
    (told,) = explain(question, plan, "a/a")
    (other,) = told.alternatives
    assert (other.pool, other.estimated, other.extra_max_e4_usd_per_hour) == ("other", True, 63 - 4)


def test_a_workload_that_does_not_run_here_is_refused_with_those_that_do() -> None:
    with pytest.raises(BadInput, match=r"cluster lab runs no workload shop/typo(.|\n)*shop/front, shop/rest"):
        explain(QUESTION, solve(QUESTION), "shop/typo")
