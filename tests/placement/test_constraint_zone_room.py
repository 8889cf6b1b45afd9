"""Room in a zone: who stands in one zone finds room on its nodes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import zone_room
from bayplan.placement.verify import zone_room as twin


@pytest.mark.parametrize(
    ("nodes", "zone", "well"),
    [
        (5, "z-a", True),  # 2, 2, 1
        (5, "z-b", True),
        (5, "z-c", False),
        (4, "z-b", False),
        (6, "z-c", True),
    ],
)
def test_nodes_are_dealt_out_to_the_zones_in_turn(nodes: int, zone: str, well: bool) -> None:
    question = problem(replace(demand(cpu=2000, pods=(4, 4)), gang="zone"), pool(nodes=(0, 9)))
    given = {"general": (nodes, nodes)}
    assert possible(zone_room, question, given, zones={"a/a": zone}) is well
    assert bool(told(twin, question, plan(question, given, zones={"a/a": zone}))) is not well


@pytest.mark.parametrize(("first", "second", "well"), [("z-a", "z-b", True), ("z-a", "z-a", False)])
def test_all_that_stand_in_a_zone_are_summed(first: str, second: str, well: bool) -> None:
    gangs = [replace(demand(name, cpu=2000, pods=(2, 2)), gang="zone") for name in ("a/a", "b/b")]
    question = problem(*gangs, pool(nodes=(0, 9)))
    zones, nodes = {"a/a": first, "b/b": second}, {"general": (3, 3)}
    assert possible(zone_room, question, nodes, zones=zones) is well
    assert bool(told(twin, question, plan(question, nodes, zones=zones))) is not well


def test_pods_are_not_poured() -> None:
    question = problem(replace(demand(cpu=2500, pods=(3, 3)), gang="zone"), pool(nodes=(0, 9), zones=("z-a",)))
    assert not possible(zone_room, question, {"general": (2, 2)}, zones={"a/a": "z-a"})
    assert told(twin, question, plan(question, {"general": (2, 2)}, zones={"a/a": "z-a"}))
    assert possible(zone_room, question, {"general": (3, 3)}, zones={"a/a": "z-a"})


def test_a_zone_of_another_pool_is_refused() -> None:
    question = problem(replace(demand(), gang="zone"), pool(zones=("z-a",)))
    assert told(twin, question, plan(question, {"general": (1, 1)}, zones={"a/a": "z-b"}))
    assert told(twin, question, plan(question, {"general": (1, 1)}, zones={"a/a": "z-a"})) == []


def test_who_is_bound_to_no_zone_may_fill_all_of_them() -> None:
    question = problem(demand(cpu=2000, pods=(6, 6)), pool())
    assert possible(zone_room, question, {"general": (3, 3)})
    assert told(twin, question, plan(question, {"general": (3, 3)})) == []
