"""Anti-affinity: who must stay apart has nodes of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import anti_affinity
from bayplan.placement.verify import anti_affinity as twin

if TYPE_CHECKING:
    from bayplan.placement.problem import Problem


def rivals(*, both: bool = False) -> Problem:
    """Three pods of which two fit on a node, and two of which four do: two nodes and one."""
    one = replace(demand("a/one", cpu=2000, pods=(3, 3)), apart=("a/two",))
    other = replace(demand("a/two", cpu=1000, pods=(2, 2)), apart=("a/one",) if both else ())
    return problem(one, other, pool(nodes=(0, 9)))


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize(("nodes", "well"), [((3, 3), True), ((2, 3), False), ((2, 2), False)])
def test_each_holds_whole_nodes(nodes: tuple[int, int], well: bool, both: bool) -> None:
    question = rivals(both=both)
    assert possible(anti_affinity, question, {"general": nodes}) is well
    assert bool(told(twin, question, plan(question, {"general": nodes}))) is not well


def test_in_different_pools_they_are_apart_anyway() -> None:
    question = problem(*rivals().demands, pool("one"), pool("two"))
    assert possible(anti_affinity, question, {"one": (2, 2), "two": (1, 1)}, {"a/one": ("one",), "a/two": ("two",)})
    decided = plan(question, {"one": (2, 2), "two": (1, 1)}, {"a/one": "one", "a/two": "two"})
    assert told(twin, question, decided) == []


def test_three_that_all_exclude_each_other_need_three_nodes() -> None:
    trio = [
        replace(demand(f"a/{name}"), apart=tuple(f"a/{other}" for other in "xyz" if other != name)) for name in "xyz"
    ]
    question = problem(*trio, pool(nodes=(0, 9)))
    assert [len(circle) for circle in anti_affinity.circles(question)] == [3]
    assert possible(anti_affinity, question, {"general": (3, 3)})
    assert not possible(anti_affinity, question, {"general": (2, 2)})


def test_a_rollout_needs_nodes_too() -> None:
    one = replace(demand("a/one", cpu=4000, pods=(1, 1), surge=1), apart=("a/two",))
    question = problem(one, demand("a/two"), pool(nodes=(0, 9)))
    assert possible(anti_affinity, question, {"general": (2, 3)})
    assert not possible(anti_affinity, question, {"general": (2, 2)})
    assert told(twin, question, plan(question, {"general": (2, 2)}))


def test_who_excludes_nobody_shares() -> None:
    question = problem(demand("a/one"), demand("a/two"), pool())
    assert possible(anti_affinity, question, {"general": (1, 1)})
    assert told(twin, question, plan(question, {"general": (1, 1)})) == []
