"""`bayplan adopt`: check and review for a repository of manifests, green on the first day; nothing is rendered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from tests.scaffold.begun import Begun

FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps/prod
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
"""
WEB = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: web}
spec: {selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: facts, namespace: web}
data: {region: east}
"""


@pytest.fixture
def old(empty: Begun) -> Begun:
    """A small repository as Flux's own examples are, with a finding from before."""
    write(empty.root, "clusters/prod/apps.yaml", FLUX)
    write(empty.root, "apps/prod/web.yaml", WEB)
    empty.commit()
    return empty


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def names(folder: Path) -> set[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name for name in found if not name.startswith(".git/")}


def test_nothing_of_the_repository_is_touched(old: Begun) -> None:
    before = names(old.root)
    assert old.bayplan("adopt").returncode == 0
    assert names(old.root) - before == {
        ".bayplan/.gitignore",
        ".bayplan/baseline.json",
        ".bayplan/review.sh",
        ".github/workflows/bayplan-comment.yml",
        ".github/workflows/bayplan.yml",
    }
    assert old.git("diff", "--stat") == ""


def test_the_first_day_is_green_and_what_is_new_is_not(old: Begun) -> None:
    assert old.bayplan("check", ".").returncode == 1
    assert old.bayplan("adopt").returncode == 0
    old.commit()
    old.git("checkout", "--quiet", "-b", "change")
    old.change("apps/prod/web.yaml", "region: east", "region: west")
    old.commit()
    old.merge()
    job = old.job(".github/workflows/bayplan.yml", "review")
    assert job.run() == 0, job.ran["Review"].stdout + job.ran["Review"].stderr
    review = json.loads((old.root / ".bayplan/out/review.json").read_text())
    assert [change["ref"]["name"] for change in review["changes"]] == ["facts"]
    old.git("checkout", "--quiet", "change")
    write(old.root, "apps/prod/more.yaml", WEB.partition("---")[0].replace("name: web,", "name: more,"))
    old.commit()
    old.merge()
    again = old.job(".github/workflows/bayplan.yml", "review")
    assert again.run() == 1
    assert "more" in again.ran["Review"].stdout


def test_a_second_run_has_nothing_to_do_and_leaves_the_baseline(old: Begun) -> None:
    old.bayplan("adopt")
    known = (old.root / ".bayplan/baseline.json").read_text()
    write(old.root, "apps/prod/more.yaml", WEB.replace("name: web,", "name: more,").replace("facts", "others"))
    told = old.bayplan("adopt", "--json")
    assert (told.returncode, json.loads(told.stdout)["written"]) == (0, [])
    assert (old.root / ".bayplan/baseline.json").read_text() == known


@pytest.mark.parametrize(
    ("sign", "remote", "pipeline"),
    [
        (".github/workflows/ci.yml", "", ".github/workflows/bayplan.yml"),
        (".gitea/workflows/ci.yml", "", ".gitea/workflows/bayplan.yml"),
        (".gitlab-ci.yml", "", ".bayplan/gitlab-ci.yml"),
        ("bitbucket-pipelines.yml", "", ".bayplan/bitbucket-pipelines.yml"),
        ("Jenkinsfile", "", ".bayplan/Jenkinsfile"),
        ("", "https://gitlab.example.com/a/b.git", ".gitlab-ci.yml"),
        ("", "https://codeberg.org/a/b.git", ".gitea/workflows/bayplan.yml"),
        ("", "git@bitbucket.org:a/b.git", "bitbucket-pipelines.yml"),
        ("", "https://git.example.com/github/b.git", ".github/workflows/bayplan.yml"),
        (".gitlab-ci.yml", "https://github.com/a/b.git", ".bayplan/gitlab-ci.yml"),
    ],
)
def test_the_forge_is_what_is_there(old: Begun, sign: str, remote: str, pipeline: str) -> None:
    if sign:
        write(old.root, sign, "# mine\n")
    if remote:
        old.git("remote", "add", "origin", remote)
    told = old.bayplan("adopt", "--json")
    assert told.returncode == 0, told.stderr
    assert pipeline in json.loads(told.stdout)["written"]
    assert not sign or (old.root / sign).read_text() == "# mine\n"
    again = old.bayplan("adopt", "--json")
    assert (again.returncode, json.loads(again.stdout)["written"]) == (0, [])


@pytest.mark.parametrize(
    ("files", "tree"),
    [
        ({"clusters/a.yaml": FLUX, "apps/prod/web.yaml": WEB}, "."),
        ({"deploy/clusters/a.yaml": FLUX, "deploy/apps/prod/web.yaml": WEB}, "deploy"),
        ({"manifests/web.yaml": WEB}, "manifests"),
        ({"web.yaml": WEB, "more/web.yaml": WEB.replace("web", "more")}, "."),
        ({"a/web.yaml": WEB, "b/web.yaml": WEB.replace("web", "more")}, "."),
        ({"README.md": "# Nothing yet"}, "."),
        ({"clusters/a.yaml": FLUX.replace("./apps/prod", "../../etc"), "apps/prod/web.yaml": WEB}, "."),
    ],
)
def test_the_tree_is_where_flux_counts_from(empty: Begun, files: dict[str, str], tree: str) -> None:
    for path, text in files.items():
        write(empty.root, path, text)
    assert empty.bayplan("adopt").returncode == 0
    assert f"\ntree={tree}\n" in (empty.root / ".bayplan/review.sh").read_text()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--tree", "$(id)"], "is no folder of manifests"),
        (["--tree", "../elsewhere"], "is no folder of manifests"),
        (["--tree", "/etc"], "is no folder of manifests"),
        (["--tree", "nowhere"], "is not there"),
        (["--tree", "-rf"], "expected one argument"),
        (["--forge", "cvs"], "is none of github"),
        (["nowhere"], "is no folder"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(old: Begun, words: list[str], what: str) -> None:
    before = names(old.root)
    told = old.bayplan("adopt", *words)
    assert (told.returncode, "Traceback" in told.stderr) == (2, False)
    assert what in told.stderr
    assert names(old.root) == before


def test_a_file_that_differs_stays_and_nothing_is_written(old: Begun) -> None:
    write(old.root, ".github/workflows/bayplan.yml", "# mine\n")
    before = names(old.root)
    told = old.bayplan("adopt")
    assert told.returncode == 2
    assert ".github/workflows/bayplan.yml: is there already, and says something else" in told.stderr
    assert names(old.root) == before


def test_a_baseline_that_is_none_is_told(old: Begun) -> None:
    write(old.root, ".bayplan/baseline.json", "[]\n")
    told = old.bayplan("adopt")
    assert (told.returncode, ".bayplan/baseline.json" in told.stderr) == (2, True)


def test_gitlab_gets_jobs_that_stand_beside_others(old: Begun) -> None:
    write(old.root, ".gitlab-ci.yml", "stages: [build, test]\n")
    told = old.bayplan("adopt")
    assert "include: [{local: .bayplan/gitlab-ci.yml}]" in told.stdout
    said = yaml.safe_load((old.root / ".bayplan/gitlab-ci.yml").read_text())
    assert set(said) == {".bayplan", "bayplan-review", "bayplan-comment"}  # and nothing that holds for all jobs


def test_the_reusable_action_judges_the_same(old: Begun) -> None:
    old.bayplan("adopt")
    old.commit()
    old.change("apps/prod/web.yaml", "region: east", "region: west")
    old.commit()
    (_, judge) = yaml.safe_load((Path(__file__).resolve().parents[2] / "action.yml").read_text())["runs"]["steps"]
    out = old.tools.parent / "out"
    said = {"BASE": "HEAD^1", "BASELINE": ".bayplan/baseline.json", "FAIL_ON": "risk", "TREE": ".", "OUT": str(out)}
    files = {"GITHUB_OUTPUT": str(old.tools / "output"), "GITHUB_STEP_SUMMARY": str(old.tools / "summary")}
    bash = ("/usr/bin/env", "bash", "-eo", "pipefail", "-c", judge["run"])
    told = old.start(*bash, VENV=str(old.programs.parent), **said, **files)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "facts" in (out / "review.json").read_text()
    assert (old.tools / "output").read_text() == f"review={out}\n"
    told = old.start(*bash, VENV=str(old.programs.parent), **{**said, "BASELINE": ""}, **files)
    assert told.returncode == 1
    assert "::error" in told.stdout
