"""Region: data stays where it may be."""

from __future__ import annotations

import pytest
from tests.placement.alone import plan, told
from tests.placement.small import demand, pool, problem

from bayplan.placement.constraints import region
from bayplan.placement.verify import region as twin


@pytest.mark.parametrize(
    ("regions", "stands_in", "well"),
    [
        ((), "eu-central-1", True),
        (("eu-central-1", "eu-west-1"), "eu-central-1", True),
        (("eu-central-1",), "us-east-1", False),
        (("eu-central-1",), "eu-central-10", False),
        (("eu-central-1",), "", False),
    ],
)
def test_both_sides_keep_an_app_in_its_regions(regions: tuple[str, ...], stands_in: str, *, well: bool) -> None:
    question = problem(demand(regions=regions), pool(), region=stands_in)
    assert (region.refuse(question.demands[0], question.pools[0]) == "") is well
    assert (told(twin, question, plan(question, {"general": (1, 1)})) == []) is well
