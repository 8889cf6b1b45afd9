"""The judge of packings passes what is good, and finds each thing that can be wrong with one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bench.placement.judge import faults
from bench.placement.packing import Filled, Packing, cost, packing
from bench.placement.rows.referee import FoulError, judged
from tests.bench.two_types import APART, GPU, PLATFORM, SMALL, TOGETHER


def refit(position: int, **changes: object) -> Packing:
    """The good packing with one of its nodes changed."""
    nodes = list(APART)
    nodes[position] = replace(nodes[position], **changes)  # type: ignore[arg-type]
    return tuple(nodes)


def test_a_good_packing_passes_and_costs_its_nodes() -> None:
    assert faults(PLATFORM, APART, apart=True) == []
    assert judged(PLATFORM, APART, 0) == cost(PLATFORM, APART) == 42_000


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        pytest.param(refit(1, pods=(("web", 3),)), "3 of 4 pods", id="a pod without a seat"),
        pytest.param(refit(1, copies=2), "8 of 4 pods", id="a pod with two seats"),
        pytest.param(refit(1, pods=(("web", 4), ("who", 1))), "1 pods of who", id="a stranger"),
        pytest.param(refit(1, pods=(("web", 4), ("one", 0))), "0 pods of one", id="no pods that take a line"),
        pytest.param(refit(1, type="m.huge"), "type m.huge", id="a type that is not for sale"),
        pytest.param(refit(0, copies=0), "0 nodes", id="nodes that are none"),
    ],
)
def test_what_is_wrong_with_seats_is_found(packed: Packing, said: str) -> None:
    assert said in "; ".join(faults(PLATFORM, packed))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        pytest.param(replace(SMALL, cpu_milli=3999), "4000 mCPU of 3999", id="CPU"),
        pytest.param(replace(SMALL, memory_mib=4095), "4096 MiB of 4095", id="memory"),
        pytest.param(replace(SMALL, pods=3), "4 pods of 3", id="pods"),
        pytest.param(replace(GPU, gpu=3), "4 GPUs of 3", id="GPUs"),
        pytest.param(replace(GPU, gpu_name="t4"), "two insists on l4", id="the model"),
    ],
)
def test_each_capacity_is_looked_at(kind: object, said: str) -> None:
    types = tuple(kind if one.name == kind.name else one for one in PLATFORM.types)  # type: ignore[attr-defined]
    assert said in "; ".join(faults(replace(PLATFORM, types=types), APART))  # type: ignore[arg-type]


def test_pods_without_gpus_ride_on_gpu_nodes_unless_they_are_kept_apart() -> None:
    assert faults(PLATFORM, TOGETHER) == []
    assert "web needs no GPU" in "; ".join(faults(PLATFORM, TOGETHER, apart=True))


def test_what_is_foul_gets_no_figure() -> None:
    with pytest.raises(FoulError, match="3 of 4 pods"):
        judged(PLATFORM, refit(1, pods=(("web", 3),)), 0)


def test_a_bound_that_somebody_beats_is_none() -> None:
    with pytest.raises(FoulError, match="bound is said to be 42001"):
        judged(PLATFORM, APART, 42_001)


def test_equal_nodes_are_told_once_and_empty_workloads_not_at_all() -> None:
    nodes = packing([("m.small", {"web": 2, "one": 0}), ("g.large", {"two": 1}), ("m.small", {"web": 2})])
    assert nodes == (
        Filled(type="g.large", pods=(("two", 1),), copies=1),
        Filled(type="m.small", pods=(("web", 2),), copies=2),
    )
