"""Gangs: all pods in one zone or on one fast network, or none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import gangs
from bayplan.placement.verify import gangs as twin


def test_a_gang_stands_in_one_zone() -> None:
    question = problem(replace(demand(pods=(4, 4)), gang="zone"), pool())
    nodes = {"general": (3, 3)}
    assert possible(gangs, question, nodes, zones={"a/a": "z-b"})
    assert told(twin, question, plan(question, nodes, zones={"a/a": "z-b"})) == []
    assert "none is chosen" in told(twin, question, plan(question, nodes))[0]


def test_the_parts_of_a_gang_are_never_apart() -> None:
    question = problem(replace(demand(pods=(4, 4)), gang="zone"), pool())
    whole = plan(question, {"general": (3, 3)}, zones={"a/a": "z-b"})
    (seat,) = whole.seats
    halves = tuple(replace(seat, pods_min=2, pods_max=2, zone=zone) for zone in ("z-a", "z-b"))
    assert any("must stand together" in what for what in told(twin, question, replace(whole, seats=halves)))
    lame = replace(whole, seats=(replace(seat, pods_max=3),))
    assert told(twin, question, lame) == ["a/a runs all pods or none, some have no seat"]


@pytest.mark.parametrize(("fast", "well"), [(True, True), (False, False)])
def test_who_talks_over_a_fast_network_gets_one(fast: bool, well: bool) -> None:
    gang = replace(demand(), gang="network")
    nodes = replace(pool(), network=fast)
    question = problem(gang, nodes)
    assert (gangs.refuse(gang, nodes) == "") is well
    assert bool(told(twin, question, plan(question, {"general": (1, 1)}, zones={"a/a": "z-a"}))) is not well


@pytest.mark.parametrize(("most", "well"), [(4, True), (3, False)])
def test_the_largest_zone_must_hold_all(most: int, well: bool) -> None:
    gang = replace(demand(cpu=4000, pods=(1, 1), surge=1), gang="zone")
    assert (gangs.refuse(gang, pool(nodes=(0, most))) == "") is well


def test_who_may_wait_waits_whole() -> None:
    question = problem(replace(demand(pods=(2, 2)), gang="zone", may_wait=True), pool())
    assert possible(gangs, question, {"general": (0, 0)}, {"a/a": ()})
    assert told(twin, question, plan(question, {"general": (0, 0)}, {"a/a": ""})) == []


def test_others_have_no_zone() -> None:
    question = problem(demand(pods=(2, 2)), pool())
    assert possible(gangs, question, {"general": (1, 1)})
    assert told(twin, question, plan(question, {"general": (1, 1)})) == []
    assert gangs.refuse(demand(), pool()) == ""
