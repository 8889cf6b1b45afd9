"""Storage: pods run in the zone of their volume."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.placement.alone import plan, possible, told
from tests.placement.queue_worlds import SAID
from tests.placement.small import demand, pool, problem

from bayplan import App, Service, Storage
from bayplan.placement.constraints import storage
from bayplan.placement.pose import pose
from bayplan.placement.price import storage as volumes
from bayplan.placement.problem import LEVELS
from bayplan.placement.verify import cost as cost_twin
from bayplan.placement.verify import storage as twin
from bayplan.spec.cluster import Cluster
from bayplan.spec.platform import Platform

VOLUME: dict[str, Any] = {"volume_zone": "z-b", "storage_gib": 100, "storage_class": "gp3"}


def test_a_pool_without_nodes_in_the_zone_is_refused_by_both_sides() -> None:
    question = problem(demand(**VOLUME), pool(zones=("z-a", "z-c")))
    seated = plan(question, {"general": (1, 1)})
    there = replace(seated, seats=tuple(replace(seat, zone="z-b") for seat in seated.seats))
    assert "its volume is in z-b" in storage.refuse(question.demands[0], question.pools[0])
    assert any("no nodes there" in what for what in told(twin, question, there))


def test_a_seat_is_in_the_zone_of_the_volume() -> None:
    question = problem(demand(**VOLUME), pool())
    seated = plan(question, {"general": (1, 1)})
    assert possible(storage, question, {"general": (1, 1)})
    for zone, well in {"z-b": True, "z-a": False, "": False}.items():
        there = replace(seated, seats=tuple(replace(seat, zone=zone) for seat in seated.seats))
        assert (told(twin, question, there) == []) is well


def test_volumes_are_paid_for_at_both_ends_of_the_load_rounded_up_once() -> None:
    prices = (("gp3", 110),)  # 0.08 USD for a GiB and month
    question = problem(demand(pods=(1, 3), **VOLUME), pool(price=0), e6_usd_per_gib_hour=prices)
    seated = plan(question, {"general": (1, 1)})
    for low, high in ((110, 330), (109, 330), (110, 331)):
        said = replace(seated, cost_min_e4_usd_per_hour=low, cost_max_e4_usd_per_hour=high)
        assert (told(cost_twin, question, said) == []) is ((low, high) == (110, 330))


def test_volumes_that_are_there_whoever_runs_are_paid_for_once() -> None:
    prices = (("efs", 494), ("gp3", 110))
    question = problem(
        demand(pods=(1, 3), **VOLUME), pool(price=0), e6_usd_per_gib_hour=prices, kept_gib=(("efs", 50), ("gp3", 10))
    )
    seated = plan(question, {"general": (1, 1)})
    kept = 50 * 494 + 10 * 110
    for level, pods in zip(LEVELS, (1, 3), strict=True):
        assert volumes(question, seated.seats, level) == -(-(kept + pods * 100 * 110) // 100)
    for more, well in ((0, True), (1, False)):
        said = replace(seated, cost_min_e4_usd_per_hour=368 + more, cost_max_e4_usd_per_hour=588)
        assert (told(cost_twin, question, said) == []) is well


def test_a_shared_volume_counts_with_its_size() -> None:
    shared = Storage(size="100Gi", type="efs", shared=True)
    many = Service(name="web", image="registry.example.com/web:v1", replicas=3, storage=shared)
    here = Cluster.model_validate({**SAID, "storage": {"efs": "0.36", "gp3": "0.08"}})
    asked = pose(Platform(root=Path(), apps=(App(name="shop", team="shop", workloads=[many]),), clusters=(here,)), here)
    assert asked.kept_gib == (("efs", 100),)
    assert {one.storage_gib for one in asked.demands} == {0}
