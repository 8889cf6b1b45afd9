"""CPU and memory: what is promised to pods is there, on one node and in sum, at both ends of the load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import capacity
from bayplan.placement.verify import capacity as twin

if TYPE_CHECKING:
    from bayplan.placement.problem import Demand


@pytest.mark.parametrize(
    "asked",
    [demand(cpu=2000, memory=100, pods=(4, 8)), demand(cpu=100, memory=8192, pods=(4, 8))],
    ids=["CPU", "memory"],
)
def test_two_pods_a_node_need_half_as_many_nodes(asked: Demand) -> None:
    question = problem(asked, pool(cpu=4000, memory=16384, nodes=(0, 9)))
    for nodes, well in {(2, 4): True, (1, 4): False, (2, 3): False}.items():
        assert possible(capacity, question, {"general": nodes}) is well
        assert bool(told(twin, question, plan(question, {"general": nodes}))) is not well


def test_the_room_for_a_rollout_is_kept_at_the_maximum_only() -> None:
    question = problem(demand(cpu=4000, pods=(1, 2), surge=1), pool(cpu=4000))
    assert possible(capacity, question, {"general": (1, 3)})
    assert not possible(capacity, question, {"general": (1, 2)})
    assert told(twin, question, plan(question, {"general": (1, 2)}))


def test_a_pod_that_is_larger_than_a_node_is_refused_with_the_excess() -> None:
    asked = demand(cpu=4500, memory=17408)
    assert capacity.refuse(asked, pool(cpu=4000, memory=16384)) == (
        "a replica needs 500m CPU more than the 4 CPU and 1Gi more memory than the 16Gi that a node has"
    )
    assert capacity.refuse(asked, pool(cpu=4500, memory=17408)) == ""
