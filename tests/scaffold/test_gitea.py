"""Gitea's own pipeline: its jobs' steps, run one by one, and what it must not do with a pull request."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml
from tests.scaffold.github_api import GitHub, serve
from tests.scaffold.wheel import lent

if TYPE_CHECKING:
    from tests.scaffold.begun import Begun
    from tests.scaffold.steps import Job

WORKFLOW = ".gitea/workflows/bayplan.yml"


@pytest.fixture
def change(empty: Begun) -> Begun:
    """A repository for Gitea, on main, and a pull request that has changed an app, its dist/ and the pipeline."""
    assert empty.bayplan("init", "--yes", "--forge", "gitea").returncode == 0
    empty.commit()
    empty.git("checkout", "--quiet", "-b", "change")
    empty.change("apps/hello.yaml", "cpu: 250m", "cpu: 300m")
    assert empty.bayplan("synth").returncode == 0
    (empty.root / ".bayplan/review.sh").write_text("#!/bin/sh\ntouch ../evil\n")
    empty.commit()
    forge = empty.tools.parent / "forge.git"
    subprocess.run(["/usr/bin/env", "git", "clone", "--quiet", "--bare", empty.root, forge], check=True)
    empty.git("--git-dir", str(forge), "update-ref", "refs/pull/7/head", "change")
    empty.git("remote", "add", "origin", str(forge))
    return empty


def job(change: Begun, name: str, **context: str) -> Job:
    pip = {"PIP_NO_DEPS": "1", "PIP_FIND_LINKS": str(change.programs.parents[1] / "wheels")}
    more = {**pip, "PYTHONPATH": lent(change.programs), "RUNNER_TEMP": str(change.tools.parent)}
    made = change.job(WORKFLOW, name, GITHUB_REPOSITORY="acme/platform", GITHUB_API_URL="", **more)
    made.context |= {f"github.event.pull_request.{key.replace('_', '.')}": value for key, value in context.items()}
    return made


def test_a_pull_request_is_judged(change: Begun) -> None:
    base = change.git("rev-parse", "main")
    change.git("checkout", "--quiet", "main", "--", ".bayplan/review.sh")
    change.commit("as it was")
    judged = job(change, "review", base_sha=base)
    assert judged.run() == 0, judged.ran
    review = json.loads((change.root / ".bayplan/out/review.json").read_text())
    assert [one["ref"]["kind"] for one in review["changes"]] == ["Deployment"]


def test_the_comment_is_made_of_what_git_holds_and_runs_nothing_of_it(change: Begun) -> None:
    head, base = change.git("rev-parse", "change"), change.git("rev-parse", "main")
    change.git("checkout", "--quiet", "main")
    made = job(change, "comment", head_sha=head, base_sha=base, number="7")
    gitea = GitHub(b"")
    with serve(gitea):  # which knows nothing of Gitea: what it is asked is what counts; tests/forge has a real one
        made.environment["GITHUB_API_URL"] = gitea.url
        made.run()
    told = made.ran["Review what is committed, and comment"]
    assert (change.tools.parent / "review.json").is_file(), told.stdout + told.stderr
    review = json.loads((change.tools.parent / "review.json").read_text())
    assert [one["ref"]["kind"] for one in review["changes"]] == ["Deployment"]
    assert review["head"] == head
    assert any("/repos/acme/platform/" in path for _, path, _ in gitea.asked)
    assert not (change.root.parent / "evil").exists()
    assert change.git("rev-parse", "HEAD") == base
    assert change.git("status", "--porcelain") == ""


def test_the_job_with_the_token_is_that_of_the_base_branch(change: Begun) -> None:
    change.git("checkout", "--quiet", "main")
    jobs = yaml.safe_load((change.root / WORKFLOW).read_text())["jobs"]
    assert jobs["comment"]["if"] == "github.event_name == 'pull_request_target'"
    assert jobs["comment"]["steps"][0]["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
    assert jobs["review"]["if"] == "github.event_name == 'pull_request'"
    assert "token" not in json.dumps(jobs["review"])
