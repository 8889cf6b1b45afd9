"""Survival: a lost node or zone takes no pod's room away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import survival
from bayplan.placement.verify import survival as twin

if TYPE_CHECKING:
    from bayplan.placement.problem import Problem
    from bayplan.placement.terms import Part


def asking(part: Part, *, pods: int = 4, surge: int = 0) -> Problem:
    """Pods of which two fit on a node."""
    return problem(replace(demand(cpu=2000, pods=(pods, pods), surge=surge), survives=part), pool(nodes=(0, 9)))


@pytest.mark.parametrize(
    ("part", "nodes", "well"),
    [
        ("", 2, True),
        ("node", 2, False),
        ("node", 3, True),
        ("zone", 2, False),
        ("zone", 3, True),  # one node in each of three zones: two are left
        ("zone", 4, True),  # 2, 1, 1: the largest zone takes two, two are left
    ],
)
def test_all_pods_find_room_on_what_is_left(part: Part, nodes: int, well: bool) -> None:
    question = asking(part)
    assert possible(survival, question, {"general": (nodes, nodes)}) is well
    assert bool(told(twin, question, plan(question, {"general": (nodes, nodes)}))) is not well


@pytest.mark.parametrize(("nodes", "well"), [(4, False), (5, True)])
def test_the_largest_zone_may_be_the_lost_one(nodes: int, well: bool) -> None:
    question = asking("zone", pods=6)
    assert possible(survival, question, {"general": (nodes, nodes)}) is well
    assert bool(told(twin, question, plan(question, {"general": (nodes, nodes)}))) is not well


def test_everybody_in_the_pool_counts() -> None:
    one = replace(demand("a/one", cpu=2000, pods=(2, 2)), survives="node")
    question = problem(one, demand("b/two", cpu=2000, pods=(2, 2)), pool())
    assert not possible(survival, question, {"general": (2, 2)})
    assert told(twin, question, plan(question, {"general": (2, 2)}))
    assert possible(survival, question, {"general": (3, 3)})


def test_whole_pods_move() -> None:
    question = problem(replace(demand(cpu=3000, pods=(3, 3)), survives="node"), pool())
    assert not possible(survival, question, {"general": (3, 3)})
    assert "too few for a/a" in told(twin, question, plan(question, {"general": (3, 3)}))[0]
    assert possible(survival, question, {"general": (4, 4)})


def test_other_pools_lose_nothing() -> None:
    question = problem(*asking("zone").demands, demand("b/b", pods=(4, 4)), pool("one"), pool("two"))
    nodes = {"one": (3, 3), "two": (1, 1)}
    assert possible(survival, question, nodes, {"a/a": ("one",), "b/b": ("two",)})
    assert told(twin, question, plan(question, nodes, {"a/a": "one", "b/b": "two"})) == []


def test_pools_where_nothing_would_be_left_are_refused() -> None:
    lasting = replace(demand(), survives="zone")
    assert "stands in z-a only" in survival.refuse(lasting, pool(zones=("z-a",)))
    assert survival.refuse(replace(demand(), survives="node"), pool(zones=("z-a",))) == ""
    assert "one node at the most" in survival.refuse(replace(demand(), survives="node"), pool(nodes=(0, 1)))
    assert survival.refuse(demand(), pool(nodes=(0, 1), zones=("z-a",))) == ""
