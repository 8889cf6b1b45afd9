"""Admission: foreign processors, spot capacity and taints, whatever room there is."""

from __future__ import annotations

import pytest
from tests.placement.alone import plan, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import admission
from bayplan.placement.verify import admission as twin

COUNTED = ("ephemeral-storage", "example.com/fpga")
FPGA = ("example.com/fpga:NoSchedule",)
GPU = ("nvidia.com/gpu:NoSchedule",)


@pytest.mark.parametrize(
    ("asked", "there", "says"),
    [
        ({}, {"architecture": "arm64"}, "arm64"),
        ({}, {"capacity": "spot"}, "spot"),
        ({"queued": ("l4",)}, {}, "queue"),
        ({}, {"taints": GPU, "accelerators": 1, "model": "l4"}, "nvidia.com/gpu:NoSchedule"),
        ({"accelerators": 1}, {"taints": ("team=web:NoSchedule",)}, "team=web:NoSchedule"),
        ({"architecture": "arm64"}, {}, "amd64"),
        ({"extra": (9, 0)}, {"taints": FPGA, "extra": (9, 1)}, "example.com/fpga:NoSchedule"),
        ({"spot_percent": 100}, {"taints": ("team=web:NoSchedule",)}, "team=web:NoSchedule"),
        ({"spot_percent": 100}, {"capacity": "spot", "taints": GPU, "accelerators": 1, "model": "l4"}, "nvidia"),
    ],
)
def test_who_may_not_enter_is_kept_out_by_both_sides(
    asked: dict[str, object], there: dict[str, object], says: str
) -> None:
    question = problem(demand(**{"extra": (0, 0), **asked}), pool(**{"extra": (0, 0), **there}), resources=COUNTED)  # type: ignore[arg-type]
    assert says in admission.refuse(question.demands[0], question.pools[0])
    assert any(says in what for what in told(twin, question, plan(question, {"general": (1, 1)})))


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({}, {}),
        ({}, {"capacity": "reserved"}),
        ({"queued": ("general", "l4")}, {}),
        ({"accelerators": 1}, {"taints": GPU, "accelerators": 1, "model": "l4"}),
        ({"architecture": "any"}, {"architecture": "arm64"}),
        ({"architecture": "arm64"}, {"architecture": "arm64"}),
        ({"extra": (0, 1)}, {"taints": FPGA, "extra": (0, 1)}),
        ({"spot_percent": 100}, {"capacity": "spot", "taints": ("example.com/interruptible=true:NoSchedule",)}),
    ],
)
def test_who_may_enter_is_let_in_by_both_sides(asked: dict[str, object], there: dict[str, object]) -> None:
    question = problem(demand(**{"extra": (0, 0), **asked}), pool(**{"extra": (0, 0), **there}), resources=COUNTED)  # type: ignore[arg-type]
    assert admission.refuse(question.demands[0], question.pools[0]) == ""
    assert told(twin, question, plan(question, {"general": (1, 1)})) == []
