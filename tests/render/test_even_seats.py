"""What the plan counts on beside the workload's own words: replicas that are held evenly over the nodes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.render.words import IMAGE, one

from bayplan import App, Service, Spread
from bayplan.placement.pose import pose
from bayplan.placement.solve import solve
from bayplan.render.api_object import synthesise
from bayplan.render.tree import build
from bayplan.spec.cluster import Cluster, Instance, Nodes, Pool, Source
from bayplan.spec.platform import Platform

HOST = "kubernetes.io/hostname"


def rules(spread: Spread, *, even: bool) -> list[dict[str, Any]]:
    """The topology spread of a pod whose plan holds it evenly, or does not."""
    machine = Instance(cpu="8", memory="32Gi", usd_per_hour="0.4")
    cluster = Cluster(
        name="lab",
        region="us-east-1",
        kubernetes="1.37",
        controllers={"flux": "2.9"},
        source=Source(url="https://git.example.com/fleet"),
        pools=(Pool(name="nodes", zones=("a", "b"), nodes=Nodes(max=8), instance=machine),),
    )
    app = App(name="shop", team="t", workloads=(Service(name="m", image=IMAGE, replicas=3, spread=spread),))
    platform = Platform(root=Path(), apps=(app,), clusters=(cluster,))
    plan = solve(pose(platform, cluster))
    plan = replace(plan, seats=tuple(replace(seat, even=even) for seat in plan.seats))
    made = [dict(body) for body in synthesise(build(platform, {"lab": plan}))["lab/apps/shop"]]
    found: list[dict[str, Any]] = one(made, "Deployment")["spec"]["template"]["spec"].get(
        "topologySpreadConstraints", []
    )
    return found


@pytest.mark.parametrize("hosts", ["off", "should", "must"])
def test_an_even_seat_is_a_rule_that_counts_all_versions(hosts: Any) -> None:
    (rule,) = [one for one in rules(Spread(zones="off", hosts=hosts), even=True) if one["topologyKey"] == HOST]
    assert (rule["maxSkew"], rule["whenUnsatisfiable"]) == (1, "DoNotSchedule")
    assert "matchLabelKeys" not in rule


def test_zones_are_spread_as_the_workload_says() -> None:
    zones = [one for one in rules(Spread(zones="should", hosts="off"), even=True) if one["topologyKey"] != HOST]
    assert [one["whenUnsatisfiable"] for one in zones] == ["ScheduleAnyway"]


def test_other_seats_have_no_rule_of_the_plan() -> None:
    assert rules(Spread(zones="off", hosts="off"), even=False) == []
