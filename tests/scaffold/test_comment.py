"""The privileged half of GitHub's pipeline: it believes GitHub, and takes what a pull request has made as data only."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.scaffold.github_api import HEAD, GitHub, pull, serve, zipped

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scaffold.begun import Begun
    from tests.scaffold.steps import Job

WORKFLOW = ".github/workflows/bayplan-comment.yml"
REVIEW: dict[str, Any] = {
    "format": 1,
    "base": "a" * 40,
    "head": "",
    "path": "dist",
    "verdict": "attention",
    "changes": [],
    "effects": [],
    "images": [],
    "findings": [],
    "placements": [],
    "flows": [],
    "needs": [],
    "unknown": [],
    "objects": 11,
}
GOOD = json.dumps(REVIEW).encode()

pytestmark = pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("curl", "jq", "unzip")), reason="curl, jq and unzip are not all here"
)


def commented(platform: Begun, github: GitHub) -> Job:
    """The workflow's job after a run of the pull request's pipeline."""
    event = {
        "head_branch": "change",
        "head_repository.full_name": "stranger/platform",
        "head_repository.owner.login": "stranger",
        "head_sha": HEAD,
        "html_url": "https://github.example.com/acme/platform/actions/runs/5",
        "id": "5",
    }
    with serve(github):
        job = platform.job(WORKFLOW, "comment", GITHUB_API_URL=github.url, GITHUB_REPOSITORY="acme/platform")
        job.context |= {f"github.event.workflow_run.{key}": value for key, value in event.items()}
        job.run()
    return job


def told(job: Job) -> str:
    return "\n".join(f"{name}: {one.returncode}\n{one.stdout}{one.stderr}" for name, one in job.ran.items())


def test_the_review_is_put_on_the_pull_request_of_the_run(platform: Begun) -> None:
    github = GitHub(zipped(review_json=GOOD))
    job = commented(platform, github)
    assert [one.returncode for one in job.ran.values()] == [0, 0, 0, 0], told(job)
    (comment,) = github.sent("/issues/7/comments")
    assert "No object of any cluster changes" in comment["body"]
    statuses = {one["context"]: one["state"] for one in github.sent(f"/statuses/{HEAD}")}
    assert statuses == {"bayplan/pipeline": "success", "bayplan/review": "success"}


@pytest.mark.parametrize("pulls", [[], [pull(7), pull(8)], [pull(7, sha="c" * 40)], [pull(7, repository="a/b")]])
def test_where_no_single_pull_request_has_that_commit_nothing_is_said(
    platform: Begun, pulls: list[dict[str, Any]]
) -> None:
    github = GitHub(zipped(review_json=GOOD))
    github.pulls = pulls
    job = commented(platform, github)
    assert list(job.ran) == ["Install bayplan", "Find the pull request"], told(job)
    assert [asked for asked in github.asked if asked[0] != "GET"] == []


def test_a_review_that_claims_another_pull_request_is_refused(platform: Begun) -> None:
    lying = json.dumps({**REVIEW, "pull": 1, "repository": "acme/other"}).encode()
    github = GitHub(zipped(review_json=lying))
    job = commented(platform, github)
    assert job.ran["Comment"].returncode == 2, told(job)
    assert github.sent("comments") == []


@pytest.mark.parametrize(
    "artifact",
    [
        zipped(__escaped=b"x"),
        zipped(__review_json=GOOD),
        zipped(review_json=b" " * 21_000_000),
        b"no archive",
        zipped(review_json=b"[" * 100_000),
        zipped(review_json=b"{}"),
    ],
    ids=["nothing of ours", "outside", "a bomb", "no archive", "deep", "no review"],
)
def test_a_hostile_artifact_is_refused_and_writes_nothing(platform: Begun, artifact: bytes) -> None:
    github = GitHub(artifact)
    place = platform.tools.parent
    before = around(place)
    job = commented(platform, github)
    assert [one.returncode for one in job.ran.values()][-1] != 0, told(job)
    assert "Traceback" not in told(job)
    assert github.sent("comments") == []
    new = {path.name for path in around(place) - before if ".git" not in path.parts}
    assert new <= {"pulls.json", "files.json", "artifacts.json", "review.zip", "taken.json", "outputs"}


def around(folder: Path) -> set[Path]:
    """Files below a folder, and what lies beside it."""
    return {path for path in folder.rglob("*") if path.is_file()} | set(folder.parent.iterdir())


def test_an_archive_that_is_too_large_is_not_fetched(platform: Begun) -> None:
    github = GitHub(zipped(review_json=GOOD))
    github.size = 20_000_001
    job = commented(platform, github)
    assert job.ran["Take the review"].returncode == 1
    assert "no review of at most 20 MB" in job.ran["Take the review"].stdout
    assert not any(path.endswith("/zip") for _, path, _ in github.asked)


@pytest.mark.parametrize(
    "files",
    [[".github/workflows/bayplan.yml"], [".bayplan/review.sh"], [".bayplan.yaml"], ["x"] * 250 + [".github/x"]],
    ids=str,
)
def test_who_changes_the_pipeline_is_told_of(platform: Begun, files: list[str]) -> None:
    github = GitHub(zipped(review_json=GOOD))
    github.files = files
    commented(platform, github)
    states = {one["context"]: one["state"] for one in github.sent(f"/statuses/{HEAD}")}
    assert states["bayplan/pipeline"] == "failure"


def test_nothing_of_a_pull_request_is_ever_checked_out_or_run(platform: Begun) -> None:
    said = yaml.safe_load((platform.root / WORKFLOW).read_text())
    assert list(said[True]) == ["workflow_run"]  # `on`, as YAML 1.1 reads it: GitHub takes it from the default branch
    assert said["permissions"] == {}
    (job,) = said["jobs"].values()
    assert job["permissions"] == {"actions": "read", "pull-requests": "write", "statuses": "write"}
    assert [step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step] == ["actions/setup-python"]
    for step in job["steps"]:
        script = step.get("run", "").replace("python -m pip", "")
        assert "${{" not in script
        assert not re.search(r"\b(git|bash|sh|source|eval|python3?) |\./", script)
