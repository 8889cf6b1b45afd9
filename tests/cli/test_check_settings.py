"""What a repository says of its checks: externals, makers, waivers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.cli.manifests import WEB, Manifests

if TYPE_CHECKING:
    from pathlib import Path

NEEDS = WEB.replace(
    "      containers:\n        - name: web\n",
    "      containers:\n        - name: web\n          envFrom: [{configMapRef: {name: facts}}]\n",
)
BAD = WEB.replace("  selector: {app: web}\n", "  selector: {app: wbe}\n")
WAIVER = 'waivers:\n  - {rule: NET001, object: "Service chat/*", reason: comes later, until: "2031-01-31"}\n'


@pytest.fixture
def manifests(tmp_path: Path) -> Manifests:
    return Manifests(tmp_path / "repository")


def statuses(manifests: Manifests, *arguments: str) -> list[tuple[str, str]]:
    told = manifests.check("--json", *arguments)
    assert told.returncode in (0, 1), told.stderr
    return [(one["rule"], one["status"]) for one in json.loads(told.stdout)]


def test_an_external_is_unknown_and_no_error(manifests: Manifests) -> None:
    manifests.write("deploy/web.yaml", NEEDS)
    assert statuses(manifests) == [("REF002", "broken")]
    manifests.write("deploy/.bayplan.yaml", "externals: [{kind: ConfigMap, name: 'fact*', why: made by hand}]\n")
    assert statuses(manifests) == [("REF002", "unknown")]
    manifests.write("deploy/.bayplan.yaml", "externals: [{kind: ConfigMap, name: other, why: made by hand}]\n")
    assert statuses(manifests) == [("REF002", "broken")]
    elsewhere = "externals: [{kind: ConfigMap, name: facts, namespace: web, why: made by hand}]\n"
    manifests.write("deploy/.bayplan.yaml", elsewhere)
    assert statuses(manifests) == [("REF002", "broken")]


def test_an_external_with_its_keys_is_there(manifests: Manifests) -> None:
    manifests.write(
        "deploy/web.yaml",
        NEEDS.replace(
            "envFrom: [{configMapRef: {name: facts}}]",
            "env: [{name: A, valueFrom: {configMapKeyRef: {name: facts, key: region}}}]",
        ),
    )
    said = "externals: [{{kind: ConfigMap, name: facts, namespace: chat, keys: [{}], why: made by hand}}]\n"
    manifests.write("deploy/.bayplan.yaml", said.format("region"))
    assert statuses(manifests) == []
    manifests.write("deploy/.bayplan.yaml", said.format("zone"))
    assert statuses(manifests) == [("REF002", "broken")]


def test_a_namespace_declares_what_its_app_needs(manifests: Manifests) -> None:
    said = json.dumps([{"kind": "ConfigMap", "name": "facts", "why": "made by hand"}])
    annotated = f"metadata: {{name: chat, annotations: {{bayplan.dev/externals: '{said}'}}}}"
    manifests.write("deploy/web.yaml", NEEDS.replace("metadata: {name: chat}", annotated))
    assert statuses(manifests) == [("REF002", "unknown")]


def test_makers_are_known_by_what_they_make(manifests: Manifests) -> None:
    tenant = "---\napiVersion: example.com/v1\nkind: Tenant\nmetadata: {name: fa, namespace: chat}\n"
    manifests.write("deploy/web.yaml", NEEDS + tenant)
    said = "makers: [{{kind: Tenant.example.com, makes: [{}]}}]\n"
    manifests.write("deploy/.bayplan.yaml", said.format("Secret"))
    assert ("REF002", "broken") in statuses(manifests)
    manifests.write("deploy/.bayplan.yaml", said.format("ConfigMap"))
    assert ("REF002", "unknown") in statuses(manifests)
    manifests.write("deploy/.bayplan.yaml", said.format('{kind: ConfigMap, name: "{name}cts"}'))
    assert "REF002" not in dict(statuses(manifests))


def test_a_waiver_holds_until_its_day(manifests: Manifests) -> None:
    manifests.write("deploy/web.yaml", BAD)
    manifests.write(".bayplan.yaml", WAIVER)
    manifests.commit()
    assert statuses(manifests, "--today", "2031-01-31") == []
    assert statuses(manifests, "--today", "2031-02-01") == [("WVR002", "broken"), ("NET001", "broken")]
    told = manifests.bayplan("check", "deploy", SOURCE_DATE_EPOCH="1990000000")
    assert "the waiver of NET001 ended on 2031-01-31" in told.stdout
    manifests.write("deploy/web.yaml", WEB)
    told = manifests.check("--json", "--today", "2030-01-01")
    (only,) = json.loads(told.stdout)
    assert (only["rule"], only["file"], only["line"]) == ("WVR003", ".bayplan.yaml", 2)


def test_the_settings_of_another_repository_are_none(manifests: Manifests) -> None:
    manifests.write("deploy/web.yaml", BAD)
    manifests.write(".bayplan.yaml", WAIVER)
    assert statuses(manifests, "--today", "2030-01-01") == [("NET001", "broken")]
    told = manifests.check("--today", "2030-01-01", "--settings", str(manifests.root / ".bayplan.yaml"))
    assert told.stdout.startswith("no findings\naccepted by waivers: 1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("waivers:\n  - {rule: NET001, reason: later}\n", ".bayplan.yaml:2: 'until' is missing"),
        (
            "waivers:\n  - rule: NET001\n    reason: ' '\n    until: 2031-01-31\n",
            ".bayplan.yaml:3: reason: there is no reason",
        ),
        (
            "waivers:\n  - rule: NET001\n    reason: a\n    until: 2031-02-31\n",
            ".bayplan.yaml:4: until: '2031-02-31' is no day",
        ),
        ("waivers:\n  - rule: net\n    reason: a\n    until: 2031-02-01\n", ".bayplan.yaml:2: rule: 'net' is no code"),
        ("externals:\n  - kind: secret\n    name: a\n    why: b\n", ".bayplan.yaml:2: kind: 'secret' is no kind"),
        ("waiver: []\n", ".bayplan.yaml:1: unknown key 'waiver'"),
        ("a: [\n", ".bayplan.yaml"),
    ],
)
def test_what_is_wrong_in_the_settings_is_told_with_its_line(manifests: Manifests, text: str, says: str) -> None:
    manifests.write("deploy/web.yaml", WEB)
    manifests.write("deploy/.bayplan.yaml", text)
    told = manifests.check()
    assert told.returncode == 2
    assert says in told.stderr
    assert "Traceback" not in told.stderr
