"""What `python -m tools.fuzz` has found, made small: no rule fails on it, whatever it finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayplan.validation.finding import Status
from bayplan.validation.testing import findings_in

FOUND = sorted((Path(__file__).parent / "found_by_chance").glob("*.yaml"))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_no_rule_fails(path: Path) -> None:
    assert [one.message for one in findings_in(path.read_text()) if one.status is Status.ERROR] == []
