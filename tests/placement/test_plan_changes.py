"""What is different between two plans, in the words of who reviews it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.placement.small import demand, pool, problem

from bayplan.placement.plan import Bay, Plan, Seat
from bayplan.placement.plan_changes import CHEAPER, compare

if TYPE_CHECKING:
    from bayplan.placement.problem import Problem


def plan(question: Problem, homes: dict[str, str], nodes: dict[str, int]) -> Plan:
    cost = sum(nodes.get(one.name, 0) * one.e4_usd_per_hour for one in question.pools)
    return Plan(
        cluster="lab",
        seats=tuple(
            Seat(workload=one.workload, pool=homes[one.workload], pods_min=one.pods_min, pods_max=one.pods_max)
            for one in question.demands
        ),
        bays=tuple(
            Bay(pool=one.name, nodes_min=nodes.get(one.name, 0), nodes_max=nodes.get(one.name, 0))
            for one in question.pools
        ),
        cost_min_e4_usd_per_hour=cost,
        cost_max_e4_usd_per_hour=cost,
        bound_min_e4_usd_per_hour=0,
    )


ONE, TWO = pool("one", price=1000), pool("two", price=3000)
A, B = demand("a/a", cpu=1000, pods=(1, 2)), demand("b/b", cpu=1000, pods=(2, 2))
BEFORE = problem(A, B, ONE, TWO)
COMMITTED = plan(BEFORE, {"a/a": "one", "b/b": "one"}, {"one": 1})


def test_the_same_plan_for_the_same_question_is_no_change() -> None:
    told = compare(BEFORE, COMMITTED, BEFORE, COMMITTED)
    assert (told.asked, told.broken, told.moves, told.nodes) == ((), (), (), ())
    assert told.extra_min_e4_usd_per_hour == told.extra_max_e4_usd_per_hour == 0


def test_a_workload_moves_because_it_asks_for_something_else() -> None:
    now = problem(replace(A, cpu_millicores=3000), B, ONE, TWO)
    told = compare(BEFORE, COMMITTED, now, plan(now, {"a/a": "two", "b/b": "one"}, {"one": 1, "two": 2}))
    (move,) = told.moves
    assert (move.origin, move.to, move.workloads) == (("one",), ("two",), ("a/a",))
    assert (move.pods_min, move.pods_max) == (1, 2)
    assert move.why == "a/a asks for 3 CPU instead of 1 CPU"
    assert told.broken
    assert told.extra_max_e4_usd_per_hour == 6000
    assert [(one.pool, one.before_max, one.now_max) for one in told.nodes] == [("two", 0, 2)]


def test_who_moves_because_of_the_pool_is_told_together() -> None:
    now = problem(A, B, replace(ONE, nodes_max=0), TWO)
    (move,) = compare(BEFORE, COMMITTED, now, plan(now, {"a/a": "two", "b/b": "two"}, {"two": 1})).moves
    assert move.workloads == ("a/a", "b/b")
    assert (move.pods_min, move.pods_max) == (3, 4)
    assert move.why == "pool one has nodes.max 0 instead of 5"


def test_who_makes_room_for_another_is_told_for_whom() -> None:
    now = problem(A, B, demand("c/c", cpu=2500), replace(ONE, nodes_max=1), TWO)
    before = replace(BEFORE, pools=(replace(ONE, nodes_max=1), TWO))
    after = plan(now, {"a/a": "two", "b/b": "one", "c/c": "one"}, {"one": 1, "two": 1})
    new, moved = sorted(compare(before, COMMITTED, now, after).moves, key=lambda move: move.workloads, reverse=True)
    assert (new.origin, new.to, new.why) == ((), ("one",), "c/c is new")
    assert moved.workloads == ("a/a",)
    assert moved.why == "to make room in one: c/c is new"


def test_who_moves_without_any_need_does_so_because_it_is_cheaper() -> None:
    (move,) = compare(BEFORE, COMMITTED, BEFORE, plan(BEFORE, {"a/a": "two", "b/b": "one"}, {"one": 1})).moves
    assert move.why == CHEAPER


def test_who_is_gone_is_told_with_the_pool_that_it_left() -> None:
    now = problem(A, ONE, TWO)
    (gone,) = compare(BEFORE, COMMITTED, now, plan(now, {"a/a": "one"}, {"one": 1})).moves
    assert (gone.origin, gone.to, gone.workloads, gone.pods_max) == (("one",), (), ("b/b",), 2)


def test_a_bound_that_was_proven_for_another_question_is_no_reason_to_leave() -> None:
    now = problem(replace(A, memory_mib=500), B, ONE, TWO)
    claimed = replace(COMMITTED, bound_min_e4_usd_per_hour=1000)
    assert compare(BEFORE, claimed, now, COMMITTED).broken == ()
