"""Alerts of a promise: promtool and the CRD take them, and what they allow follows from the promise."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pydantic import ValidationError
from tests.render.words import IMAGE, MESHED, one
from tests.schema.judges import conform, judge_binary

from bayplan import Service, Slo
from bayplan.render.site import Place
from bayplan.render.workloads.service import Service as Construct

if TYPE_CHECKING:
    from pathlib import Path

    import cdk8s

SERVICE = Service(
    name="front", image=IMAGE, protocol="grpc", slo=Slo(availability="99.9%", latency="250ms", within="99%")
)


@pytest.fixture
def rules(chart: cdk8s.Chart) -> dict[str, Any]:
    Construct(chart, workload=SERVICE, place=Place(site=MESHED))
    found: dict[str, Any] = one(chart.to_json(), "PrometheusRule")
    return found


def test_promtool_and_the_crd_take_them(rules: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "object.yaml").write_text(yaml.safe_dump(rules))
    assert [verdict.status for verdict in conform([tmp_path / "object.yaml"], kubernetes="1.37")] == ["statusValid"]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rules["spec"]))
    command = [str(judge_binary("promtool")), "check", "rules", "--lint=none", str(tmp_path / "rules.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "SUCCESS: 22 rules found" in done.stdout, done.stderr


def test_what_may_fail_follows_from_the_promise(rules: dict[str, Any]) -> None:
    alerts = [rule for group in rules["spec"]["groups"] for rule in group["rules"] if "alert" in rule]
    limits = [(rule["labels"]["severity"], rule["expr"].rsplit(" ", 1)[1]) for rule in alerts]
    of_errors = [("page", "0.0144"), ("page", "0.006"), ("ticket", "0.003"), ("ticket", "0.001")]
    assert limits == [*of_errors, ("page", "0.144"), ("page", "0.06"), ("ticket", "0.03"), ("ticket", "0.01")]
    assert {(rule["labels"]["team"], rule["labels"]["app"]) for rule in alerts} == {("web", "shop")}


def test_who_is_woken_reads_what_was_promised(rules: dict[str, Any]) -> None:
    *_, ticket = (
        rule["annotations"] for group in rules["spec"]["groups"] for rule in group["rules"] if "alert" in rule
    )
    assert ticket["summary"] == "shop/front: {{ $value | humanizePercentage }} of requests take longer than 250ms"
    assert ticket["description"].startswith("Over 3d and 6h that is more than what 99% in 30 days allow. Look at")


def test_every_alert_asks_for_what_is_recorded(rules: dict[str, Any]) -> None:
    for group in rules["spec"]["groups"]:
        recorded = {rule["record"] for rule in group["rules"] if "record" in rule}
        asked = {
            name.split("{")[0] for rule in group["rules"] if "alert" in rule for name in rule["expr"].split(" and ")
        }
        assert asked == recorded


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "nothing is promised"),
        ({"availability": "90%"}, "no share from 95% to 99.999%"),
        ({"latency": "300ms"}, "nothing that the mesh counts at"),
        ({"availability": "99%", "within": "99%"}, "within without latency"),
    ],
)
def test_a_promise_that_nobody_could_count_is_refused(said: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Slo.model_validate(said)
