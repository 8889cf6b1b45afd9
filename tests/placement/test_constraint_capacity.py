"""CPU, memory, disk and devices: what is promised to pods is there, on one node and in sum, at both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


COUNTED: dict[str, Any] = {"resources": ("ephemeral-storage", "example.com/fpga")}


@pytest.mark.parametrize(("need", "room"), [((10240, 0), (20480, 0)), ((0, 1), (0, 2)), ((10240, 1), (20480, 9))])
def test_what_is_counted_by_name_is_kept_to(need: tuple[int, int], room: tuple[int, int]) -> None:
    question = problem(demand(cpu=1, pods=(4, 8), extra=need), pool(nodes=(0, 9), extra=room), **COUNTED)
    for nodes, well in {(2, 4): True, (1, 4): False, (2, 3): False}.items():
        assert possible(capacity, question, {"general": nodes}) is well
        assert bool(told(twin, question, plan(question, {"general": nodes}))) is not well


@pytest.mark.parametrize(
    ("need", "room", "says"),
    [
        ((20480, 0), (10240, 0), "10Gi ephemeral storage more than the 10Gi ephemeral storage that a node has"),
        ((0, 3), (0, 2), "1 example.com/fpga more than the 2 example.com/fpga that a node has"),
        ((0, 1), (10240, 0), "its nodes have no example.com/fpga"),
        ((1, 0), (0, 0), "its nodes have no ephemeral-storage"),
    ],
)
def test_a_node_without_enough_of_it_is_refused_by_both_sides(
    need: tuple[int, int], room: tuple[int, int], says: str
) -> None:
    question = problem(demand(extra=need), pool(extra=room), **COUNTED)
    assert says in capacity.refuse(question.demands[0], question.pools[0])
    assert any("larger than a node" in what for what in told(twin, question, plan(question, {"general": (5, 5)})))


def test_an_amount_without_a_name_is_a_breach() -> None:
    question = problem(demand(extra=(1,)), pool(extra=(1, 1)), **COUNTED)
    assert any(
        "1 amounts for 2 resources" in what for what in told(twin, question, plan(question, {"general": (1, 1)}))
    )
