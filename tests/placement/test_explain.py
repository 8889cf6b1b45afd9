"""Why a workload runs where it runs."""

from __future__ import annotations

import pytest
from tests.placement.small import demand, pool, problem

from bayplan.complaint import BadInput
from bayplan.placement.explain import explain
from bayplan.placement.solve import solve

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
    told = explain(QUESTION, solve(QUESTION), "shop/front")
    assert [(seat.pool, seat.pods_min, seat.pods_max) for seat in told.seats] == [("cheap", 2, 4)]
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
    asks = explain(QUESTION, solve(QUESTION), "shop/front").asks
    assert asks == "4 replicas and 1 more while a new version comes, each with 1 CPU, 512Mi memory"


def test_without_another_pool_there_is_no_next_best() -> None:
    only = problem(demand(), pool())
    assert explain(only, solve(only), "a/a").next_best is None


def test_a_workload_that_does_not_run_here_is_refused_with_those_that_do() -> None:
    with pytest.raises(BadInput, match=r"cluster lab runs no workload shop/typo(.|\n)*shop/front, shop/rest"):
        explain(QUESTION, solve(QUESTION), "shop/typo")
