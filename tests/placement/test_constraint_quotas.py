"""Quotas: accelerators and money of a team, money of the cluster."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import quotas
from bayplan.placement.problem import Problem, Quota
from bayplan.placement.verify import quotas as twin


def question(*limits: Quota) -> Problem:
    """Team vision: 2 to 3 pods and one of a rollout, each with an accelerator and a quarter of a node of 2003."""
    mine = replace(demand("a/a", cpu=1000, pods=(2, 3), surge=1, accelerators=1), team="vision")
    others = replace(demand("b/b", accelerators=4), team="speech")
    nodes = pool(cpu=8000, accelerators=4, price=2003, nodes=(0, 9))
    return replace(problem(mine, others, nodes), quotas=limits)


@pytest.mark.parametrize(
    ("limit", "well"),
    [
        (Quota(team="vision", accelerators=4), True),
        (Quota(team="vision", accelerators=3), False),
        (Quota(team="", accelerators=8), True),
        (Quota(team="", accelerators=7), False),
        (Quota(team="vision", e4_usd_per_hour=4 * 501), True),
        (Quota(team="vision", e4_usd_per_hour=4 * 501 - 1), False),
        (Quota(team="", e4_usd_per_hour=3 * 2003), True),
        (Quota(team="", e4_usd_per_hour=3 * 2003 - 1), False),
        (Quota(team="nobody", accelerators=0, e4_usd_per_hour=0), True),
        (Quota(team="vision"), True),
    ],
)
def test_the_peak_keeps_to_the_quota(limit: Quota, well: bool) -> None:
    asked = question(limit)
    assert possible(quotas, asked, {"general": (2, 3)}) is well
    assert bool(told(twin, asked, plan(asked, {"general": (2, 3)}))) is not well


def test_a_pod_pays_for_the_largest_share_that_it_takes() -> None:
    nodes = pool(cpu=8000, memory=8192, accelerators=4, price=1000)
    assert quotas.share(demand(cpu=4000, memory=1024), nodes) == 500
    assert quotas.share(demand(cpu=1000, memory=6144), nodes) == 750
    assert quotas.share(demand(cpu=1000, memory=1024, accelerators=4), nodes) == 1000
    assert quotas.share(demand(cpu=1, memory=1), pool(price=0)) == 0


def test_a_cheaper_pool_can_keep_the_quota() -> None:
    mine = replace(demand(cpu=4000), team="vision")
    asked = problem(mine, pool("cheap", price=10), pool("dear", price=20))
    asked = replace(asked, quotas=(Quota(team="vision", e4_usd_per_hour=10),))
    nodes = {"cheap": (1, 1), "dear": (1, 1)}
    assert possible(quotas, asked, nodes, {"a/a": ("cheap",)})
    assert not possible(quotas, asked, nodes, {"a/a": ("dear",)})
    assert told(twin, asked, plan(asked, nodes, {"a/a": "cheap"})) == []
    assert told(twin, asked, plan(asked, nodes, {"a/a": "dear"})) == [
        "team vision spends 20, its quota is 10 (1e-4 USD/h)"
    ]
