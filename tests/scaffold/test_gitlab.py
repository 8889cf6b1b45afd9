"""GitLab's jobs, run by gitlab-ci-local in a shell: what is run when, and that it does what it says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.scaffold.wheel import lent

if TYPE_CHECKING:
    from tests.scaffold.begun import Begun

ROOT = Path(__file__).resolve().parents[2]
MERGE_REQUEST = {"CI_PIPELINE_SOURCE": "merge_request_event"}

pytestmark = pytest.mark.skipif(shutil.which("rsync") is None, reason="gitlab-ci-local needs rsync, which is not here")


def gitlab(begun: Begun, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """gitlab-ci-local; its jobs make environments of their own, which are lent what pip would fetch."""
    wheels = str(begun.programs.parents[1] / "wheels")
    pip = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_FIND_LINKS": wheels, "PYTHONPATH": lent(begun.programs)}
    said = [word for pair in {**pip, **variables}.items() for word in ("--variable", "=".join(pair))]
    command = [
        sys.executable,
        "-m",
        "tools.pipelines",
        "gitlab-ci-local",
        "--force-shell-executor",
        "--shell-isolation",
    ]
    path = {"PYTHONPATH": str(ROOT), "GCL_IGNORE_PREDEFINED_VARS": ",".join(variables)}
    told = begun.start(*command, *said, *words, **path)
    if "cannot be installed" in told.stderr:
        pytest.skip(f"npm could not install gitlab-ci-local: {told.stderr.strip()[-300:]}")
    return told


@pytest.fixture
def project(empty: Begun) -> Begun:
    """A repository for GitLab that bayplan has begun, and the bare one that it comes from."""
    assert empty.bayplan("init", "--yes", "--forge", "gitlab").returncode == 0
    empty.commit()
    bare = empty.tools.parent / "project.git"
    subprocess.run(["/usr/bin/env", "git", "clone", "--quiet", "--bare", empty.root, bare], check=True)
    empty.git("remote", "add", "origin", "https://gitlab.example.com/acme/platform.git")
    return empty


def jobs(project: Begun, **variables: str) -> set[str]:
    told = gitlab(project, "--list-json", **variables)
    assert told.returncode == 0, told.stdout + told.stderr
    return {job["name"] for job in json.loads(told.stdout[told.stdout.index("[") :]) if job["when"] != "never"}


def test_who_may_do_what(project: Begun) -> None:
    ours = {**MERGE_REQUEST, "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1"}
    forks = {**ours, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2"}
    main = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}
    project.git("checkout", "--quiet", "-b", "change")
    assert jobs(project, **ours) == {"review", "comment"}
    assert jobs(project, **forks) == {"review"}
    project.git("checkout", "--quiet", "main")
    assert jobs(project, **main) == {"render", "publish"}


def test_a_merge_request_is_reviewed(project: Begun) -> None:
    base = project.git("rev-parse", "HEAD")
    project.git("checkout", "--quiet", "-b", "change")
    project.change("apps/hello.yaml", "cpu: 250m", "cpu: 300m")
    assert project.bayplan("synth").returncode == 0
    project.commit()
    told = gitlab(project, "review", **MERGE_REQUEST, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-2000:]
    kept = project.root / ".gitlab-ci-local/artifacts/review/.bayplan/out"
    review = json.loads((kept / "review.json").read_text())
    assert [change["ref"]["kind"] for change in review["changes"]] == ["Deployment"]
    quality = project.root / ".gitlab-ci-local/builds/review/.bayplan/out/codequality.json"
    assert json.loads(quality.read_text()) == []


def test_main_is_rendered_and_pushed(project: Begun) -> None:
    project.change("apps/hello.yaml", "replicas: 2", "replicas: 3")
    project.commit("three of it")
    bare = project.tools.parent / "project.git"
    project.git("push", "--quiet", str(bare), "main")
    home = {"CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main", "CI_PROJECT_URL": str(bare).removesuffix(".git")}
    told = gitlab(project, "render", **home)
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-2000:]
    log = project.git("--git-dir", str(bare), "log", "--format=%s", "main").splitlines()
    assert log[0].startswith("Render dist/ from ")
