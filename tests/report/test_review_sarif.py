"""A review as SARIF: what its official schema says, each result with its rule and its line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft4Validator
from tests.report.reviews import REVIEWS
from tests.report.rich_review import EFFECTS, REVIEW

from bayplan.report.review import sarif

if TYPE_CHECKING:
    from bayplan.review.review import Review

JUDGE = Draft4Validator(json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text()))


def run_of(review: Review) -> dict[str, Any]:
    said = json.loads(sarif.render(review, color=False))
    JUDGE.validate(said)
    run: dict[str, Any] = said["runs"][0]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result.get("kind", "fail") == "fail" or result["level"] == "none"
    marks = [one["partialFingerprints"]["bayplan/v1"] for one in run["results"]]
    assert len(set(marks)) == len(marks)
    return run


@settings(
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=30,
)
@given(REVIEWS)
def test_whatever_a_review_says_it_is_sarif(review: Review) -> None:
    run_of(review)


def test_effects_and_new_findings_are_told_at_their_lines() -> None:
    run = run_of(REVIEW)
    told = {one["ruleId"]: one for one in run["results"]}
    assert {code: one["level"] for code, one in told.items()} == {
        "change-refused": "error",
        "data-lost": "error",
        "pods-replaced": "error",
        "replicas-taken": "warning",
        "share-moved": "note",
        "NET001": "error",
        "IMG001": "note",
    }
    place = told["change-refused"]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "dist/prod/apps/chat/db.yaml", "uriBaseId": "ROOT"}
    assert place["region"] == {"startLine": 14}
    assert "Why: its volume is 20Gi instead of 10Gi. What to do: Keep" in told["change-refused"]["message"]["text"]
    assert told["IMG001"]["suppressions"][0]["status"] == "underReview", "whoever reviews has to agree"
    rules = {one["id"]: one for one in run["tool"]["driver"]["rules"]}
    assert all("help" in rule for code, rule in rules.items() if code != "IMG001")
    assert rules["change-refused"]["fullDescription"]["text"].startswith("What cannot be applied")
    notes = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert notes == ["Cannot be applied", REVIEW.unknown[0]]


def test_what_may_not_happen_is_no_error() -> None:
    doubted = replace(EFFECTS[0], doubt="somebody may have made it anew")
    (result,) = run_of(replace(REVIEW, effects=(doubted,), findings=()))["results"]
    assert result["level"] == "warning"
    assert result["message"]["text"].endswith("Not sure: somebody may have made it anew.")
