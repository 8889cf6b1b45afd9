"""Advice: bays where they would save much, and silence where they would not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.placement.small import demand, pool, problem

from bayplan.placement.advice import advise
from bayplan.placement.solve import solve

if TYPE_CHECKING:
    from bayplan.placement.problem import Problem, Scheduler


def crowd(*sizes: int, scheduler: Scheduler = "LeastAllocated") -> Problem:
    """Pods of several numbers of accelerators that only one dear kind of node can take."""
    return problem(
        *(demand(f"a/{size}", cpu=100, pods=(8 // size * 2,) * 2, accelerators=size, model="a100") for size in sizes),
        pool("a100", cpu=64000, memory=2**19, nodes=(0, 40), price=200_000, accelerators=8, model="a100"),
        scheduler=scheduler,
    )


def test_sizes_that_spoil_each_others_nodes_are_advised_to_have_bays() -> None:
    question = crowd(1, 8)
    plan = solve(question)
    advice = advise(question, plan)
    assert advice is not None
    assert dict(advice.bays).keys() == {"a100"}
    assert advice.saved_max_e4_usd_per_hour == plan.cost_max_e4_usd_per_hour - 4 * 200_000


def test_nothing_is_said_where_nothing_is_lost() -> None:
    question = crowd(8)
    assert advise(question, solve(question)) is None


def test_nothing_is_said_under_karpenter_which_makes_its_own_nodes() -> None:
    question = crowd(1, 8, scheduler="Karpenter")
    assert advise(question, solve(question)) is None
