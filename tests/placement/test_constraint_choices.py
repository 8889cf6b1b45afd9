"""Choices: several kinds of pods carry a load together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.placement.alone import plan, possible, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import choices
from bayplan.placement.problem import Choice, Option, Problem
from bayplan.placement.verify import choices as twin

NODES = {"general": (9, 9)}


def question(load: tuple[int, int], *, most_percent: int = 100) -> Problem:
    """A load that pods of 10 and pods of 25 can carry."""
    parts = [replace(demand(name, pods=(0, 20)), elastic=True, of="a/w") for name in ("a/w@large", "a/w@small")]
    options = (
        Option(demand="a/w@large", throughput=25),
        Option(demand="a/w@small", throughput=10, most_percent=most_percent),
    )
    choice = Choice(workload="a/w", load_min=load[0], load_max=load[1], options=options)
    return replace(problem(*parts, pool(nodes=(0, 9))), choices=(choice,))


def judged(asked: Problem, large: tuple[int, int], small: tuple[int, int]) -> tuple[bool, bool]:
    """Whether the rule allows these pods, and whether its twin does."""
    pods = {"a/w@large": large, "a/w@small": small}
    named = {name: ("general",) if high else () for name, (_, high) in pods.items()}
    decided = plan(asked, NODES, {name: "".join(home) for name, home in named.items()}, pods=pods)
    return possible(choices, asked, NODES, named, pods=pods), told(twin, asked, decided) == []


@pytest.mark.parametrize(
    ("large", "small", "well"),
    [
        ((2, 4), (0, 0), True),
        ((1, 3), (1, 3), True),
        ((1, 3), (1, 2), False),  # 95 of 100
        ((1, 4), (0, 0), False),  # 25 of 30 at the minimum
        ((0, 0), (3, 10), True),
        ((2, 4), (0, 1), False),  # nothing at the minimum from which to follow the load
    ],
)
def test_the_load_is_carried_at_both_ends(large: tuple[int, int], small: tuple[int, int], well: bool) -> None:
    assert judged(question((30, 100)), large, small) == (well, well)


@pytest.mark.parametrize(("large", "small", "well"), [((3, 3), (2, 2), True), ((2, 2), (5, 5), False)])
def test_a_kind_keeps_to_its_share(large: tuple[int, int], small: tuple[int, int], well: bool) -> None:
    assert judged(question((90, 90), most_percent=40), large, small) == (well, well)


def test_no_pod_is_paid_for_in_vain() -> None:
    assert not possible(
        choices, question((30, 100)), NODES, {"a/w@small": ()}, pods={"a/w@large": (2, 5), "a/w@small": (0, 0)}
    )


def test_without_load_nothing_runs() -> None:
    asked = question((0, 25))
    assert judged(asked, (0, 1), (0, 0)) == (True, True)
    assert not judged(asked, (1, 1), (0, 0))[0]
