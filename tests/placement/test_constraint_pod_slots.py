"""Pods per node: small pods, too, take a slot."""

from __future__ import annotations

from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import pod_slots
from bayplan.placement.verify import pod_slots as twin


def test_no_node_takes_more_pods_than_its_kubelet() -> None:
    question = problem(demand(cpu=1, memory=1, pods=(3, 6)), pool(pods=3))
    for nodes, well in {(1, 2): True, (0, 2): False, (1, 1): False}.items():
        assert possible(pod_slots, question, {"general": nodes}) is well
        assert bool(told(twin, question, plan(question, {"general": nodes}))) is not well


def test_a_pool_whose_nodes_the_platform_fills_is_refused() -> None:
    assert "no slot left" in pod_slots.refuse(demand(), pool(pods=0))
    assert pod_slots.refuse(demand(), pool(pods=1)) == ""
