"""Licences: a node runs so many pods of a workload and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import licences
from bayplan.placement.verify import licences as twin


@pytest.mark.parametrize("most", [1, 2, 3])
def test_there_are_as_many_nodes_as_the_licence_needs(most: int) -> None:
    question = problem(demand(cpu=1, pods=(2, 6), surge=1, most_per_node=most), pool(nodes=(0, 9)))
    low, high = -(-2 // most), -(-7 // most)
    for nodes, well in {(low, high): True, (low - 1, high): False, (low, high - 1): False}.items():
        assert possible(licences, question, {"general": nodes}) is well
        assert bool(told(twin, question, plan(question, {"general": nodes}))) is not well


def test_two_workloads_with_licences_may_share_the_nodes() -> None:
    one = demand("a/a", cpu=1, pods=(3, 3), most_per_node=1)
    question = problem(one, replace(one, workload="b/b"), pool(nodes=(0, 9)))
    assert possible(licences, question, {"general": (3, 3)})
    assert told(twin, question, plan(question, {"general": (3, 3)})) == []


def test_who_has_no_licence_needs_no_node_for_it() -> None:
    question = problem(demand(cpu=1, pods=(9, 9)), pool())
    assert possible(licences, question, {"general": (1, 1)})
    assert told(twin, question, plan(question, {"general": (1, 1)})) == []
