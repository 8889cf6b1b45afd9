"""Everybody sits: one pool for each workload, several only for what no single one can take."""

from __future__ import annotations

from dataclasses import replace

from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import everybody_sits
from bayplan.placement.verify import everybody_sits as twin

NODES = {"one": (1, 1), "two": (1, 1)}


def test_a_workload_sits_in_just_one_pool() -> None:
    question = problem(demand(), pool("one"), pool("two"))
    homes = {("one",): True, ("two",): True, ("one", "two"): False, (): False}
    for home, well in homes.items():
        assert possible(everybody_sits, question, NODES, {"a/a": home}) is well


def test_what_no_single_pool_can_take_is_shared() -> None:
    large = demand(cpu=4000, pods=(2, 8))
    question = problem(large, pool("one", nodes=(0, 5)), pool("two", nodes=(0, 5)))
    assert possible(everybody_sits, question, NODES, {"a/a": ("one", "two")})
    assert not possible(everybody_sits, question, NODES, {"a/a": ()})


def test_the_twin_misses_who_has_no_seat_and_who_has_too_few_or_too_many() -> None:
    question = problem(demand(pods=(2, 3)), pool("one"), pool("two"))
    well = plan(question, NODES)
    (seat,) = well.seats
    assert told(twin, question, well) == []
    wrong = [(), (replace(seat, pods_min=1),), (replace(seat, pods_max=4),), (replace(seat, workload="b/b"),)]
    for seats in (*wrong, (replace(seat, pool="three"),), (seat, seat)):
        assert told(twin, question, replace(well, seats=seats)), seats
