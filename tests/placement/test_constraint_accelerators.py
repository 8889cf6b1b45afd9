"""Accelerators: the right model, enough memory on each, enough on one node and in all."""

from __future__ import annotations

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import accelerators
from bayplan.placement.verify import accelerators as twin

L4 = {"accelerators": 4, "model": "l4", "accelerator_memory": 22888}


def test_no_more_are_taken_than_the_nodes_have() -> None:
    question = problem(demand(accelerators=2, pods=(2, 6)), pool(**L4))  # type: ignore[arg-type]
    for nodes, well in {(1, 3): True, (0, 3): False, (1, 2): False}.items():
        assert possible(accelerators, question, {"general": nodes}) is well
        assert bool(told(twin, question, plan(question, {"general": nodes}))) is not well


@pytest.mark.parametrize(
    ("asked", "there", "says"),
    [
        ({"accelerators": 1}, {}, "have no accelerators"),
        ({"accelerators": 1, "model": "h100"}, L4, "are l4, not h100"),
        ({"accelerators": 1, "accelerator_memory": 22889}, L4, "a replica needs"),
        ({"accelerators": 5}, L4, "a replica needs 5"),
        ({"accelerators": 1}, {**L4, "resource": "aws.amazon.com/neuron"}, "are aws.amazon.com/neuron"),
    ],
)
def test_the_wrong_ones_are_refused_by_both_sides(
    asked: dict[str, object], there: dict[str, object], says: str
) -> None:
    question = problem(demand(**asked), pool(**there))  # type: ignore[arg-type]
    assert says in accelerators.refuse(question.demands[0], question.pools[0])
    assert told(twin, question, plan(question, {"general": (5, 5)}))


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({}, {}),
        ({"accelerators": 4, "model": "l4", "accelerator_memory": 22888}, L4),
        ({"accelerators": 1}, L4),
        ({"accelerators": 1, "model": "l4"}, {**L4, "resource": "example.com/gpu"}),
    ],
)
def test_the_right_ones_are_taken_by_both_sides(asked: dict[str, object], there: dict[str, object]) -> None:
    question = problem(demand(**asked), pool(**there))  # type: ignore[arg-type]
    assert accelerators.refuse(question.demands[0], question.pools[0]) == ""
    assert told(twin, question, plan(question, {"general": (5, 5)})) == []


TPU = {"accelerators": 4, "model": "tpu-v5e", "accelerator_memory": 16384, "resource": "google.com/tpu"}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"accelerators": 1}, "are google.com/tpu, and no model"),
        ({"accelerators": 1, "model": "l4"}, "are tpu-v5e, not l4"),
    ],
)
def test_those_of_another_maker_are_refused_to_who_did_not_name_them(asked: dict[str, object], says: str) -> None:
    question = problem(demand(**asked), pool(**TPU))  # type: ignore[arg-type]
    assert says in accelerators.refuse(question.demands[0], question.pools[0])
    assert told(twin, question, plan(question, {"general": (5, 5)}))


def test_those_of_another_maker_are_taken_by_their_model() -> None:
    question = problem(demand(accelerators=4, model="tpu-v5e"), pool(**TPU))  # type: ignore[arg-type]
    assert accelerators.refuse(question.demands[0], question.pools[0]) == ""
    assert told(twin, question, plan(question, {"general": (5, 5)})) == []
