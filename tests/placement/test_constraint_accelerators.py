"""Accelerators: the right model, enough memory on each, enough on one node and in all."""

from __future__ import annotations

from dataclasses import replace

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


SHARED = {**L4, "accelerators": 16, "shares": 4}
TPU = {"accelerators": 4, "model": "tpu-v5e", "accelerator_memory": 16384, "resource": "google.com/tpu"}


@pytest.mark.parametrize(
    ("asked", "there", "says"),
    [
        ({"accelerators": 1}, SHARED, "shared by 4 pods each, a whole one is asked for"),
        ({"accelerators": 1, "accelerator_share_milli": 260}, SHARED, "26 % of one are asked for"),
        (
            {"accelerators": 1, "accelerator_share_milli": 250, "accelerator_memory": 5723},
            SHARED,
            "shared by 4, have 5722Mi each",
        ),
        ({"accelerators": 1, "model": "l4"}, {**L4, "accelerators": 0, "layout": "all-1g.6gb"}, "are cut (all-1g.6gb)"),
        ({"accelerators": 0, "model": "a100"}, L4, "are l4, not a100"),
        ({"accelerators": 1}, TPU, "are google.com/tpu, and no model"),
    ],
)
def test_shares_and_cuts_are_refused_by_both_sides(
    asked: dict[str, object], there: dict[str, object], says: str
) -> None:
    question = problem(demand(**asked), pool(**there))  # type: ignore[arg-type]
    assert says in accelerators.refuse(question.demands[0], question.pools[0])
    assert told(twin, question, plan(question, {"general": (5, 5)}))


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({"accelerators": 1, "accelerator_share_milli": 250, "accelerator_memory": 5722}, SHARED),
        ({"accelerators": 1, "accelerator_share_milli": 250}, {**SHARED, "resource": "nvidia.com/gpu.shared"}),
        ({"accelerators": 1, "accelerator_share_milli": 250, "accelerator_memory": 22888}, L4),
        ({"accelerators": 4, "model": "tpu-v5e"}, TPU),
    ],
)
def test_shares_and_others_by_name_are_taken_by_both_sides(asked: dict[str, object], there: dict[str, object]) -> None:
    question = problem(demand(**asked), pool(**there))  # type: ignore[arg-type]
    assert accelerators.refuse(question.demands[0], question.pools[0]) == ""
    assert told(twin, question, plan(question, {"general": (5, 5)})) == []


def test_replicas_of_one_workload_ask_for_one_resource() -> None:
    parts = demand(accelerators=1, accelerator_share_milli=250, pods=(20, 20))
    shared = pool("shared", nodes=(0, 1), **{**SHARED, "resource": "nvidia.com/gpu.shared"})  # type: ignore[arg-type]
    whole = pool("whole", nodes=(0, 4), **L4)  # type: ignore[arg-type]
    question = problem(parts, shared, whole)
    nodes = {"shared": (1, 1), "whole": (1, 1)}
    both = plan(question, nodes)
    seat = both.seats[0]
    split = replace(both, seats=(replace(seat, pool="shared"), replace(seat, pool="whole")))
    assert not possible(accelerators, question, nodes, {"a/a": ("shared", "whole")})
    assert any("would have to ask for" in what for what in told(twin, question, split))
