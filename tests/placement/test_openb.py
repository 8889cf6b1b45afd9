"""The bench on openb: its judge finds what is wrong, and its reader asks what the lists say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from bench.placement.openb import seats
from bench.placement.openb_judge import Seat, judge
from bench.placement.openb_lists import DATA, NODES, path_of, read, without_others

from bayplan.placement.sharing.plan import bound, plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NODE_ROWS = """sn,cpu_milli,memory_mib,gpu,model
n0,8000,1000,2,T4
n1,8000,1000,2,G2
"""
POD_ROWS = """name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec
two,2000,100,2,1000,
large,1000,100,1,600,T4
small,1000,100,1,400,T4|G2
cpu,3000,200,0,0,
wide,5000,700,1,1000,
"""


@pytest.fixture
def lists(tmp_path: Path) -> tuple[Path, Path]:
    pods, nodes = tmp_path / "pods.csv", tmp_path / "nodes.csv"
    pods.write_text(POD_ROWS, encoding="utf-8")
    nodes.write_text(NODE_ROWS, encoding="utf-8")
    return pods, nodes


RIGHT = (
    Seat(pod="two", node="n1", gpus=(0, 1)),
    Seat(pod="large", node="n0", gpus=(0,)),
    Seat(pod="small", node="n0", gpus=(0,)),
    Seat(pod="cpu", node="n1", gpus=()),
    Seat(pod="wide", node="n0", gpus=(1,)),
)
"""Everything of the list sits."""


def test_everything_that_is_right_is_counted(lists: tuple[Path, Path]) -> None:
    verdict = judge(*lists, RIGHT)
    assert verdict.breaches == ()
    assert (verdict.allocated_milli, verdict.asked_milli, verdict.capacity_milli) == (4000, 4000, 4000)


WRONG: dict[str, Callable[[tuple[Seat, ...]], tuple[Seat, ...]]] = {
    "cpu: seated 2 times": lambda right: (*right, right[3]),
    "none on n0: not in the lists": lambda right: (*right, Seat(pod="none", node="n0", gpus=())),
    "n1: 2000 CPU milli too many": lambda right: (*right, Seat(pod="wide", node="n1", gpus=(1,))),
    "n0: 100 MiB too many": lambda right: (*right[:3], replace(right[3], node="n0"), right[4]),
    "large: may not sit on G2": lambda right: (Seat(pod="large", node="n1", gpus=(0,)), *right[2:]),
    "n0: accelerator 1 is overfull": lambda right: (right[0], replace(right[1], gpus=(1,)), *right[2:], right[4]),
    "two: asks for 2 accelerators, is given [1]": lambda right: (replace(right[0], gpus=(1,)), *right[1:4]),
    "small: asks for 1 accelerators, is given [0, 1]": lambda right: (replace(right[2], gpus=(0, 1)),),
    "small: n0 has no accelerator 2": lambda right: (replace(right[2], gpus=(2,)),),
}


@pytest.mark.parametrize("breach", WRONG)
def test_what_is_wrong_is_named(lists: tuple[Path, Path], breach: str) -> None:
    assert breach in judge(*lists, WRONG[breach](RIGHT)).breaches


def test_a_plan_of_small_lists_is_right_and_the_best(lists: tuple[Path, Path]) -> None:
    read_lists = read(*lists)
    verdict = judge(*lists, list(seats(read_lists, plan(read_lists.question))))
    assert verdict.breaches == ()
    assert verdict.allocated_milli == 4000


def test_shares_of_several_accelerators_are_refused(lists: tuple[Path, Path]) -> None:
    lists[0].write_text(POD_ROWS + "odd,1000,100,2,500,\n", encoding="utf-8")
    with pytest.raises(ValueError, match="odd: 2 accelerators of 500 thousandths each"):
        read(*lists)


@pytest.mark.skipif(not (DATA / NODES).exists(), reason="the raw lists of openb lie in shared/, which is not here")
def test_the_bound_of_the_default_list_is_what_was_measured_by_others() -> None:
    _, most = bound(without_others(read(path_of("default")).question))
    assert round(most / 62_120, 2) == 96.58
