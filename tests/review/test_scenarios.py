"""What a reviewer is told of each scenario, word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.scenarios.scenario import NAMES, Scenario

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", NAMES)
def test_scenario(name: str, tmp_path: Path) -> None:
    scenario = Scenario(name=name)
    repository = scenario.repository(tmp_path / name)
    review = scenario.review(repository)
    told = sorted([one.code, str(one.ref)] for one in review.effects)
    assert told == sorted([list(one) for one in scenario.about["effects"]])
    assert scenario.markdown(repository) == (scenario.folder / "review.md").read_text()
