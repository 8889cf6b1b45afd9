"""Whole nodes: pods are placed, not poured."""

from __future__ import annotations

from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import capacity, whole_nodes
from bayplan.placement.verify import whole_nodes as twin


def test_three_pods_of_sixty_percent_need_three_nodes() -> None:
    question = problem(demand(cpu=2400, pods=(3, 3)), pool(cpu=4000))
    assert possible(capacity, question, {"general": (2, 2)}), "the sum alone would be content with two"
    for count, well in {3: True, 2: False}.items():
        assert possible(whole_nodes, question, {"general": (count, count)}) is well
        assert bool(told(twin, question, plan(question, {"general": (count, count)}))) is not well


def test_large_pods_of_different_workloads_do_not_share_a_node_either() -> None:
    question = problem(demand("a/a", cpu=2400), demand("b/b", cpu=2100), pool(cpu=4000))
    for count, well in {2: True, 1: False}.items():
        assert possible(whole_nodes, question, {"general": (count, count)}) is well
        assert bool(told(twin, question, plan(question, {"general": (count, count)}))) is not well


def test_pods_of_two_fifths_go_two_to_a_node() -> None:
    question = problem(demand(cpu=1600, pods=(4, 4)), pool(cpu=4000))
    assert possible(whole_nodes, question, {"general": (2, 2)})
    assert not possible(whole_nodes, question, {"general": (1, 1)})
