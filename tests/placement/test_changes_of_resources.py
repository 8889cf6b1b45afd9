"""What is said where the names of what is counted change: only who asks otherwise has changed."""

from __future__ import annotations

from typing import Any

from tests.placement.small import demand, pool, problem

from bayplan.placement.changes import changes
from bayplan.placement.words import pod

DISK: dict[str, Any] = {"resources": ("ephemeral-storage",)}
BOTH: dict[str, Any] = {"resources": ("ephemeral-storage", "example.com/fpga")}


def test_a_new_kind_of_device_is_told_of_who_asks_for_it_and_of_nobody_else() -> None:
    before = problem(demand("a/a", extra=(1024,)), demand("b/b", extra=(0,)), pool(extra=(4096,)), **DISK)
    now = problem(demand("a/a", extra=(1024, 0)), demand("b/b", extra=(0, 2)), pool(extra=(4096, 4)), **BOTH)
    assert changes(before, now) == ["b/b asks for 2 example.com/fpga instead of 0 example.com/fpga"]


def test_another_amount_is_told_with_its_name_on_both_sides() -> None:
    before = problem(demand(extra=(1024,)), pool(extra=(4096,)), **DISK)
    now = problem(demand(extra=(2048,)), pool(extra=(8192,)), **DISK)
    assert changes(before, now) == [
        "pool general has 8Gi ephemeral storage instead of 4Gi ephemeral storage",
        "a/a asks for 2Gi ephemeral storage instead of 1Gi ephemeral storage",
    ]


def test_a_pod_is_told_with_all_that_it_asks_for() -> None:
    asked = demand(accelerators=1, accelerator_share_milli=250, extra=(1024, 2))
    assert pod(asked, BOTH["resources"]).endswith(
        "512Mi memory, 25 % of 1 accelerator, 1Gi ephemeral storage, 2 example.com/fpga"
    )
