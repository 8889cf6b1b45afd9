"""What may not be said of a tuning job, and what its team may not give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError
from tests.render.words import IMAGE, lab

from bayplan import Resources, Search, StopEarly, Storage, TuningJob
from bayplan.complaint import BadInput
from bayplan.spec.load import load

if TYPE_CHECKING:
    from tests.spec.repository_of_specs import Repository

CHOICES = {"a": Search(choices=["x", "y"]), "b": Search(low=1, high=3, whole=True)}
APP = """\
name: shop
team: web
clusters: [lab]
workloads:
  - kind: TuningJob
    name: tune
    image: r.example.com/tune:v1
    command: [python, /app/train.py]
    space: {lr: {low: 0.001, high: 0.1, log: true}}
    metric: loss
    goal: min
    trials: 20
    at_once: 5
    accelerator: {model: l4, count: 2}
"""


def job(**said: object) -> TuningJob:
    words = {"name": "tune", "image": IMAGE, "command": ["run"], "space": CHOICES, "metric": "loss", "goal": "min"}
    return TuningJob.model_validate(words | {"trials": 6} | said)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"command": ()}, "nobody says what a trial runs"),
        ({"at_once": 7}, "7 trials at once, there are 6"),
        ({"trials": 7}, "7 trials, and the parameters can differ in 6 ways only"),
        ({"name": "x" * 39}, "the name has 39 characters, and what it runs puts 9 behind it"),
        ({"ray": "2.40.0"}, "Ray 2.40.0 is older than 2.44"),
        ({"head": Resources(memory="512Mi")}, "the head has 512Mi"),
        ({"storage": Storage(size="1Gi")}, "belongs to one pod, and 2 trials would use it"),
        ({"spot": "100%"}, "the head cannot run on spot capacity"),
        ({"space": {}}, "at least 1"),
        ({"space": {"1": Search(choices=["x"])}}, "pattern"),
    ],
)
def test_contradictions_are_told_with_their_numbers(said: dict[str, object], what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        job(**said)
    assert what in str(refused.value)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({}, "nothing to choose from"),
        ({"low": 1}, "nothing to choose from"),
        ({"low": 2, "high": 2}, "low 2 is not below high 2"),
        ({"low": 0, "high": 1, "log": True}, "log has no place for low 0"),
        ({"low": 0.5, "high": 2, "whole": True}, "0.5 to 2 in whole numbers"),
        ({"choices": ["a", "a"]}, "'a' is named twice"),
        ({"choices": [1, 2], "low": 1}, "low does not go with choices"),
        ({"low": 1, "high": float("inf")}, "finite"),
    ],
)
def test_a_parameter_has_values(said: dict[str, object], what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Search.model_validate(said)
    assert what in str(refused.value)


def test_a_range_of_real_numbers_has_no_end_of_values() -> None:
    assert job(space={"lr": Search(low=0.1, high=1)}, trials=10_000).trials == 10_000


def test_a_trial_is_not_stopped_after_its_last_word() -> None:
    with pytest.raises(ValidationError, match="after 5 is not below reports 5"):
        StopEarly(after=5, reports=5)


def test_katib_alone_does_not_do() -> None:
    katib = lab(controllers={"flux": "2.9", "katib": "0.19"})
    (wrong,) = job().missing_on(katib)
    assert wrong.what == "tune needs kuberay, which runs its trials on Ray; cluster lab has none"


def test_trials_at_once_stay_within_the_quota_of_their_team(repository: Repository) -> None:
    repository.write("apps/shop.yaml", APP)
    cluster = repository.root / "clusters/lab/cluster.yaml"
    words = cluster.read_text(encoding="utf-8") + "quotas: {web: {accelerators: 8}}\n"
    cluster.write_text(words.replace("controllers: {", "controllers: {kuberay: '1.6', "), encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        load(repository.root)
    (told,) = [one for one in bad.value.complaints if "trials at once" in one.what]
    assert told.what == "5 trials at once with 2 each need 10 accelerators, and team web may use 8 on cluster lab"
    assert (told.fix, told.line) == ("Say at_once: 4 or less.", 13)
