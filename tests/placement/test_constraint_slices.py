"""Slices: parts of accelerators are where they are cut so, whole ones where they are not."""

from __future__ import annotations

from typing import Any

import pytest
from tests.placement.alone import plan, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import slices
from bayplan.placement.verify import slices as twin

RESOURCES = ("nvidia.com/mig-1g.5gb", "nvidia.com/mig-3g.20gb")
CUT: dict[str, Any] = {"model": "a100", "layout": "all-1g.5gb", "extra": (14, 0)}
WHOLE: dict[str, Any] = {"model": "a100", "layout": "all-disabled", "accelerators": 2, "extra": (0, 0)}
NONE: dict[str, Any] = {"extra": (0, 0)}


@pytest.mark.parametrize(
    ("asked", "there", "says"),
    [
        ({"accelerators": 1, "extra": (0, 0)}, CUT, "are cut (all-1g.5gb), whole ones are asked for"),
        ({"extra": (0, 1)}, CUT, "are cut otherwise (all-1g.5gb), 3g.20gb is asked for"),
        ({"extra": (1, 0)}, WHOLE, "are not cut, 1g.5gb is asked for"),
        ({"extra": (1, 0)}, NONE, "no accelerators"),
    ],
)
def test_what_is_cut_otherwise_is_refused_by_both_sides(
    asked: dict[str, Any], there: dict[str, Any], says: str
) -> None:
    question = problem(demand(**asked), pool(**there), resources=RESOURCES)
    assert says in slices.refuse(question.demands[0], question.pools[0])
    assert told(twin, question, plan(question, {"general": (5, 5)}))


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({"extra": (1, 0)}, CUT),
        ({"accelerators": 1, "extra": (0, 0)}, WHOLE),
        ({"accelerators": 1, "extra": (0, 0)}, {**WHOLE, "layout": ""}),
        ({"extra": (0, 0)}, CUT),
        ({"extra": (0, 0)}, NONE),
    ],
)
def test_what_is_cut_as_asked_for_is_taken_by_both_sides(asked: dict[str, Any], there: dict[str, Any]) -> None:
    question = problem(demand(**asked), pool(**there), resources=RESOURCES)
    assert slices.refuse(question.demands[0], question.pools[0]) == ""
    assert told(twin, question, plan(question, {"general": (5, 5)})) == []
