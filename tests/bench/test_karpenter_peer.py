"""The real Karpenter answers small questions as is known of it; `make bench-placement` builds it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bench.placement import karpenter
from bench.placement.judge import faults
from bench.placement.packing import cost
from tests.bench.two_types import APART, GPU, PLATFORM, SMALL, TOGETHER

pytestmark = pytest.mark.skipif(
    not karpenter.PROGRAM.exists(), reason="tools/karpenter is not built: python -m tools.build karpenter"
)


def test_one_pool_lets_everybody_on_the_node_that_the_gpus_need() -> None:
    launched = karpenter.unaided(PLATFORM, "mixed")
    assert (launched.nodes, launched.unplaced) == (TOGETHER, 0)


def test_a_tainted_pool_keeps_pods_without_gpus_off() -> None:
    launched = karpenter.unaided(PLATFORM, "separate")
    assert (launched.nodes, launched.unplaced) == (APART, 0)


def test_pods_bound_to_a_pool_get_its_type_whatever_is_cheaper() -> None:
    seats = {"one": {"g.large-000": 2}, "two": {"g.large-001": 1}, "web": {"g.large-001": 3, "m.small-000": 1}}
    launched = karpenter.restricted(PLATFORM, seats)
    assert faults(PLATFORM, launched.nodes) == []
    assert cost(PLATFORM, launched.nodes) == 2 * GPU.e4_usd_per_hour + SMALL.e4_usd_per_hour


def test_what_fits_nowhere_is_told() -> None:
    small = replace(PLATFORM, types=(replace(GPU, gpu=1),))
    assert karpenter.unaided(small, "mixed").unplaced == 1  # the one pod with two GPUs


def test_a_question_that_makes_no_sense_is_refused_in_its_own_words() -> None:
    with pytest.raises(RuntimeError, match=r"wants pool|has type"):
        karpenter.restricted(replace(PLATFORM, types=(SMALL,)), {"one": {"g.large-000": 2}})


def test_time_that_is_up_leaves_pods_unplaced() -> None:
    launched = karpenter.unaided(PLATFORM, "mixed", limit_s=1e-9)
    assert launched.cut_off
    assert launched.unplaced == 7


def test_consolidation_keeps_everybody_seated() -> None:
    launched = karpenter.unaided(PLATFORM, "separate", consolidate_s=5)
    assert launched.consolidated is not None
    assert faults(PLATFORM, launched.consolidated, apart=True) == []
