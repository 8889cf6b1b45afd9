"""Sharing: pods that use one accelerator in turns get their share, and whole ones are not shared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import sharing
from bayplan.placement.verify import sharing as twin

WHOLE: dict[str, Any] = {"accelerators": 4, "model": "l4", "accelerator_memory": 22888}
SHARED: dict[str, Any] = {**WHOLE, "accelerators": 16, "shares": 4}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "shared by 4 pods each, a whole one is asked for"),
        ({"accelerator_share_milli": 260}, "26 % of one are asked for"),
        ({"accelerator_share_milli": 250, "accelerator_memory": 5723}, "for 5722Mi of memory, a replica needs 5723Mi"),
    ],
)
def test_too_small_a_share_is_refused_by_both_sides(asked: dict[str, Any], says: str) -> None:
    question = problem(demand(accelerators=1, **asked), pool(**SHARED))
    assert says in sharing.refuse(question.demands[0], question.pools[0])
    assert told(twin, question, plan(question, {"general": (5, 5)}))


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({"accelerators": 1, "accelerator_share_milli": 250, "accelerator_memory": 5722}, SHARED),
        ({"accelerators": 1, "accelerator_share_milli": 100}, {**SHARED, "resource": "nvidia.com/gpu.shared"}),
        ({"accelerators": 1, "accelerator_share_milli": 250, "accelerator_memory": 22888}, WHOLE),
        ({"accelerators": 4}, WHOLE),
        ({}, SHARED),
    ],
)
def test_enough_is_taken_by_both_sides(asked: dict[str, Any], there: dict[str, Any]) -> None:
    question = problem(demand(**asked), pool(**there))
    assert sharing.refuse(question.demands[0], question.pools[0]) == ""
    assert told(twin, question, plan(question, {"general": (5, 5)})) == []


def test_replicas_of_one_workload_ask_for_one_resource() -> None:
    parts = demand(accelerators=1, accelerator_share_milli=250, pods=(20, 20))
    renamed = pool("shared", nodes=(0, 1), **{**SHARED, "resource": "nvidia.com/gpu.shared"})
    question = problem(parts, renamed, pool("whole", nodes=(0, 4), **WHOLE))
    nodes = {"shared": (1, 1), "whole": (1, 1)}
    both = plan(question, nodes)
    split = replace(both, seats=tuple(replace(both.seats[0], pool=name) for name in ("shared", "whole")))
    assert not possible(sharing, question, nodes, {"a/a": ("shared", "whole")})
    assert possible(sharing, question, nodes, {"a/a": ("whole",)})
    assert any("would have to ask for" in what for what in told(twin, question, split))
