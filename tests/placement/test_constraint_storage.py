"""Storage: pods run in the zone of their volume."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import storage
from bayplan.placement.verify import cost as cost_twin
from bayplan.placement.verify import storage as twin

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
