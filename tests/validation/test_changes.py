"""Steps from one object to another that the API server has been asked about: `tests/e2e/test_change_agreement.py`."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.validation.steps import laid_over

from bayplan.validation import check
from bayplan.validation.finding import Status
from bayplan.validation.likeness import differences, settled

STEPS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parents[1] / "e2e" / "changes.yaml").read_text())


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["name"].replace(" ", "-"))
def test_the_rules_say_what_the_api_server_says(step: dict[str, Any]) -> None:
    after = laid_over(deepcopy(step["before"]), step["change"])
    found = check([after], base=[step["before"]], select=["CHG005", "CHG007"])
    assert any(one.status is Status.BROKEN for one in found) == step["refused"], found


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["name"].replace(" ", "-"))
def test_nothing_is_said_of_what_stays_or_is_new(step: dict[str, Any]) -> None:
    assert check([step["before"]], base=[step["before"]], select=["CHG"]) == []
    assert check([step["before"]], base=[], select=["CHG"]) == []


def test_parts_are_alike_that_say_the_same() -> None:
    here = {"ports": [{"port": 80, "protocol": "TCP"}], "args": [], "limits": {"cpu": "1"}, "image": "a:v1"}
    there = {"ports": [{"port": 80}], "limits": {"cpu": "1000m"}, "image": "a:v1", "imagePullPolicy": "IfNotPresent"}
    assert list(differences(settled(here), settled(there))) == []
    assert list(differences({"a": True}, {"a": 1})) == ["/a"]
    assert list(differences([1], [1, 2])) == [""]
