"""A review as JSON: what its published schema says, read back as it was, and what the command prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.report.reviews import REVIEWS
from tests.report.rich_review import REVIEW
from tests.scenarios.scenario import Scenario

from bayplan.cli.run import run
from bayplan.report.review import json as document
from bayplan.review import data

if TYPE_CHECKING:
    from bayplan.review.review import Review

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "schemas/bayplan/review.json"
JUDGE = jsonschema_rs.validator_for(json.loads(PUBLISHED.read_text()))


def test_the_published_schema_is_up_to_date() -> None:
    assert PUBLISHED.read_text() == document.schema(), "run: bayplan schema"


def test_a_rich_review_is_what_the_schema_says_and_comes_back() -> None:
    text = document.render(REVIEW, color=False)
    JUDGE.validate(json.loads(text))
    assert data.read(text.encode()) == REVIEW
    assert text.isascii(), "nothing that nobody sees"


@settings(
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=50,
)
@given(REVIEWS)
def test_whatever_a_review_says_it_is_ascii_json(review: Review) -> None:
    text = document.render(review, color=False)
    assert text.isascii()
    assert json.loads(text)["verdict"] == review.verdict.value


@pytest.mark.parametrize("name", ["image-bump", "pool-removed", "waiver-added"])
def test_what_the_command_prints_is_what_the_schema_says(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = Scenario(name=name).repository(tmp_path / name)
    arguments = ["review", "--root", str(at), "--base", "HEAD~1", "--head", "HEAD", "--today", "2026-11-28"]
    assert run([*arguments, "--json"]) in (0, 1)
    printed = capsys.readouterr().out
    JUDGE.validate(json.loads(printed))
    assert data.read(printed.encode()).path == "dist"
    assert run([*arguments, "--format", "json"]) in (0, 1)
    assert capsys.readouterr().out == printed
