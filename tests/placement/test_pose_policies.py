"""From the words of policies to the fields of demands, and to the choices and quotas of a problem."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bayplan import App, Autoscale, Carrier, Load, Rollout, Service, Spread
from bayplan.placement.pose import pose
from bayplan.spec.cluster import Cluster, Nodes, Pool, Source
from bayplan.spec.platform import Platform
from bayplan.spec.quota import Quota

if TYPE_CHECKING:
    from bayplan.placement.problem import Problem

GENERAL = Pool(name="general", instance="m7i.2xlarge", zones=("a", "b"), nodes=Nodes(max=9))
SPOT = GENERAL.model_copy(update={"name": "spot", "capacity": "spot", "usd_per_hour": "0.1"})


def posed(*apps: App, pools: tuple[Pool, ...] = (GENERAL, SPOT), **said: Any) -> Problem:
    cluster = Cluster(
        name="lab",
        region="us-east-1",
        kubernetes="1.37",
        controllers={"flux": "2.9"},
        source=Source(url="https://git.example.com/fleet"),
        pools=pools,
        **said,
    )
    return pose(Platform(root=Path(), apps=apps, clusters=(cluster,)), cluster)


def app(name: str, *workloads: Service, team: str = "web") -> App:
    return App(name=name, team=team, workloads=workloads)


def service(name: str, **said: Any) -> Service:
    return Service(name=name, image="registry.example.com/a/b:v1", **said)


def test_names_are_spelled_out_and_to_be_apart_goes_both_ways() -> None:
    question = posed(
        app("a", service("web", near=("cache",), apart=("b/noisy", "b/elsewhere")), service("cache")),
        app("b", service("noisy")),
    )
    web, cache, noisy = (question.demand(name) for name in ("a/web", "a/cache", "b/noisy"))
    assert web is not None
    assert cache is not None
    assert noisy is not None
    assert (web.near, web.apart) == (("a/cache",), ("b/noisy",))
    assert (cache.near, noisy.apart) == ((), ("a/web",))


def test_only_who_may_wait_is_ranked_and_only_a_team_with_a_quota_is_told_apart() -> None:
    question = posed(
        app("a", service("firm", priority="critical"), service("spare", priority="spare")),
        app("b", service("low", priority="low", may_wait=True), team="ml"),
        quotas={"ml": Quota(accelerators=3)},
        budget=Quota(usd_per_hour="12.5"),
    )
    told = {one.workload: (one.may_wait, one.priority, one.team) for one in question.demands}
    assert told == {"a/firm": (False, 0, ""), "a/spare": (True, 0, ""), "b/low": (True, 1, "ml")}
    limits = [(limit.team, limit.accelerators, limit.e4_usd_per_hour) for limit in question.quotas]
    assert limits == [("", None, 125_000), ("ml", 3, None)]


def test_a_gang_is_spread_over_no_zone() -> None:
    question = posed(app("a", service("ring", gang="zone"), service("web", spread=Spread(zones="must", zone_skew=3))))
    assert [(one.gang, one.zones, one.zone_skew) for one in question.demands] == [("zone", "off", 1), ("", "must", 3)]


def test_a_load_becomes_a_choice_of_parts() -> None:
    load = Load(
        min="0.5",
        max="10.25",
        unit="tokens/s",
        carried_by=(Carrier(model="l4", throughput="1.5"), Carrier(model="h100", count=2, throughput="20")),
    )
    question = posed(app("a", service("llm", load=load, rollout=Rollout(surge="50%"))))
    (choice,) = question.choices
    assert (choice.workload, choice.load_min, choice.load_max) == ("a/llm", 500, 10_250)
    assert [(one.demand, one.throughput) for one in choice.options] == [("a/llm@h100x2", 20_000), ("a/llm@l4", 1500)]
    parts = [
        (one.accelerator_model, one.accelerators, one.pods_min, one.pods_max, one.surge) for one in question.demands
    ]
    assert parts == [("h100", 2, 0, 1, 1), ("l4", 1, 0, 7, 4)]
    assert all(one.elastic and one.of == "a/llm" for one in question.demands)


@pytest.mark.parametrize(
    ("spot", "pools", "parts"),
    [
        ("60%", (GENERAL, SPOT), {"a/web@firm": (0, 10), "a/web@spot": (100, 6)}),
        ("60%", (GENERAL,), {"a/web": (0, 10)}),  # nothing to choose
        ("9%", (GENERAL, SPOT), {"a/web": (0, 10)}),  # less than one pod
        ("100%", (GENERAL, SPOT), {"a/web": (100, 10)}),
        (None, (GENERAL, SPOT), {"a/web": (0, 10)}),
    ],
)
def test_a_spot_share_divides_a_workload_where_it_can(
    spot: str | None, pools: tuple[Pool, ...], parts: dict[str, tuple[int, int]]
) -> None:
    question = posed(app("a", service("web", autoscale=Autoscale(min=3, max=10), spot=spot)), pools=pools)
    assert {one.workload: (one.spot_percent, one.pods_max) for one in question.demands} == parts
    for choice in question.choices:
        assert (choice.load_min, choice.load_max) == (3, 10)
        assert [one.most_percent for one in choice.options] == [100, 60]


def test_others_are_apart_from_every_part() -> None:
    question = posed(app("a", service("web", spot="50%"), service("noisy", apart=("web",))))
    assert [one.apart for one in question.demands] == [("a/web@firm", "a/web@spot"), ("a/noisy",), ("a/noisy",)]
