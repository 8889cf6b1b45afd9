"""`bayplan check` as people and pipelines call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.manifests import WEB, Manifests

ROOT = Path(__file__).parents[2]
BAD = WEB.replace(
    "  selector: {app: web}\n  ports: [{name: http, port: 80", "  selector: {app: wbe}\n  ports: [{name: http, port: 80"
)

OLD = BAD.partition("---\n")[2].replace("name: web", "name: old").replace("app: web", "app: old")


@pytest.fixture
def manifests(tmp_path: Path) -> Manifests:
    here = Manifests(tmp_path / "repository")
    here.write("deploy/web.yaml", WEB)
    return here


def codes(text: str) -> list[str]:
    return [one["rule"] for one in json.loads(text)]


def test_what_is_well_has_no_finding(manifests: Manifests) -> None:
    told = manifests.check()
    assert (told.returncode, told.stdout.splitlines()[0]) == (0, "no findings")
    assert "not checked: CHG001" in told.stdout
    told = manifests.check("--json")
    assert (told.returncode, json.loads(told.stdout)) == (0, [])
    assert "not checked: CHG001" in told.stderr


def test_a_folder_clusters_may_hold_manifests_of_others(manifests: Manifests) -> None:
    manifests.write("clusters/prod/web.yaml", WEB)
    told = manifests.check(path=".")
    assert (told.returncode, "cluster.yaml" in told.stderr) == (0, False), told.stderr


def test_what_is_broken_is_told_with_its_line(manifests: Manifests) -> None:
    manifests.write("deploy/web.yaml", BAD)
    told = manifests.check()
    assert told.returncode == 1
    assert "web.yaml:28  /spec/selector" in told.stdout
    assert "28 │   selector: {app: wbe}" in told.stdout
    assert manifests.check("--json").stdout == manifests.check("--format", "json").stdout
    assert "NET001" in manifests.check(path="deploy/web.yaml").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--fail-on", "sync"], 0),
        (["--fail-on", "down"], 1),
        (["--fail-on", "never"], 0),
        (["--ignore", "NET001"], 0),
        (["--ignore", "network,W5"], 0),
        (["--ignore", "S1"], 0),
        (["--select", "REF"], 0),
        (["--select", "NET", "--select", "REF"], 1),
        (["--select", "NET001", "--ignore", "NET"], 0),
    ],
)
def test_what_counts_is_chosen(manifests: Manifests, arguments: list[str], code: int) -> None:
    manifests.write("deploy/web.yaml", BAD)
    assert manifests.check(*arguments).returncode == code


def test_what_is_unknown_fails_only_when_asked(manifests: Manifests) -> None:
    chart = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a, namespace: chat}\n"
    manifests.write("deploy/chart.yaml", chart + "spec: {interval: 1h, chartRef: {kind: OCIRepository, name: a}}\n")
    account = WEB.replace("      containers:", "      serviceAccountName: gone\n      containers:")
    manifests.write("deploy/web.yaml", account)
    told = manifests.check("--select", "REF001")
    assert told.returncode == 0
    assert "0 findings; 1 unknown (--all lists them)" in told.stdout
    assert manifests.check("--select", "REF001", "--fail-on", "unknown").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--select", "NOPE"], "NOPE: names no rule"),
        (["--since", "main"], "lies in no git repository"),
        (["--json", "--format", "sarif"], "--json: stands beside --format sarif"),
        (["--baseline", "gone.json"], "gone.json: cannot be read"),
        (["--today", "tomorrow"], "--today: 'tomorrow' is no day"),
        (["--base", "gone"], "does not exist"),
        (["--settings", "gone.yaml"], "gone.yaml: cannot be read"),
    ],
)
def test_what_makes_no_sense_is_refused(manifests: Manifests, arguments: list[str], says: str) -> None:
    told = manifests.check(*arguments)
    assert told.returncode == 2
    assert says in told.stderr
    assert "Traceback" not in told.stderr


def test_since_a_revision_only_what_changed_is_told(manifests: Manifests) -> None:
    manifests.write("deploy/old.yaml", OLD)
    before = manifests.commit()
    status = manifests.git("status", "--porcelain")
    assert codes(manifests.check("--json").stdout) == ["NET001"]
    assert codes(manifests.check("--json", "--since", before).stdout) == []
    manifests.write("deploy/web.yaml", WEB.replace("greeting: hello", "greeting: welcome"))
    assert codes(manifests.check("--json", "--since", "HEAD").stdout) == ["CHG005"]
    manifests.git("checkout", "-q", "deploy")
    manifests.write("deploy/web.yaml", BAD)
    assert codes(manifests.check("--json", "--since", "main").stdout) == ["NET001"]
    assert codes(manifests.check("--json", "--since", "main", path="deploy/web.yaml").stdout) == ["NET001"]
    manifests.git("checkout", "-q", "deploy")
    assert manifests.git("status", "--porcelain") == status


def test_a_revision_that_is_not_there_is_refused(manifests: Manifests, tmp_path: Path) -> None:
    first = manifests.commit()
    manifests.commit()
    for revision in ("nowhere", "--upload-pack=x", first[:3] + "zzz"):
        told = manifests.check(f"--since={revision}")
        assert told.returncode == 2
        assert "is no revision of this repository" in told.stderr
    clone = Manifests(tmp_path / "clone")
    manifests.git("clone", "-q", "--depth", "1", f"file://{manifests.root}", str(clone.root))
    told = clone.check("--since", first)
    assert told.returncode == 2
    assert "which is a shallow clone" in told.stderr
    assert "--unshallow" in told.stderr


def test_a_folder_can_be_the_earlier_revision(manifests: Manifests) -> None:
    manifests.write("earlier/web.yaml", WEB.replace("greeting: hello", "greeting: hi"))
    told = manifests.check("--json", "--base", str(manifests.root / "earlier"))
    assert codes(told.stdout) == ["CHG005"]
    assert "not checked" not in told.stderr


def test_a_baseline_leaves_what_is_new(manifests: Manifests) -> None:
    manifests.write("deploy/web.yaml", BAD)
    file = str(manifests.root / "known.json")
    assert manifests.check("--write-baseline", file).returncode == 0
    told = manifests.check("--baseline", file)
    assert told.returncode == 0
    assert "known from the baseline: 1" in told.stdout
    manifests.write("deploy/web.yaml", f"# moved\n\n{BAD}")
    assert manifests.check("--baseline", file).returncode == 0
    manifests.write("deploy/web.yaml", WEB)
    assert "mended since the baseline: 1 (NET001 Service chat/web)" in manifests.check("--baseline", file).stdout
    manifests.write("known.json", "[1]")
    told = manifests.check("--baseline", file)
    assert (told.returncode, "is no baseline" in told.stderr) == (2, True)


def test_explain_gives_the_reasons(manifests: Manifests) -> None:
    manifests.write("deploy/web.yaml", BAD)
    assert "has no endpoints" in manifests.check("--explain").stdout
    assert "has no endpoints" not in manifests.check().stdout


def test_files_are_named_from_the_top_of_the_repository(manifests: Manifests) -> None:
    manifests.write("deploy/web.yaml", BAD)
    manifests.commit()
    assert "::error file=deploy/web.yaml,line=28,title=NET001 down" in manifests.check("--format", "github").stdout


def test_the_checked_example_says_what_it_shows() -> None:
    told = Manifests(ROOT).check("--all", path="examples/checked")
    assert told.returncode == 0
    assert told.stdout.startswith("no findings\naccepted by waivers: 1\n")
