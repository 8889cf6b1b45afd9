"""What a merge is followed by: plan, render, commit what has changed, and the artifact that Flux may read."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scaffold.begun import Begun
    from tests.scaffold.steps import Job

WORKFLOW = ".github/workflows/bayplan-main.yml"
APP = "apps/hello.yaml"


@pytest.fixture
def forge(platform: Begun) -> Path:
    """A bare repository that the checkout comes from and is pushed to."""
    bare = platform.tools.parent / "forge.git"
    subprocess.run(["/usr/bin/env", "git", "clone", "--quiet", "--bare", platform.root, bare], check=True)
    platform.git("remote", "add", "origin", str(bare))
    return bare


def merged(platform: Begun) -> Job:
    job = platform.job(WORKFLOW, "render")
    job.run()
    return job


def told(job: Job) -> str:
    return "\n".join(f"{name}: {one.returncode}\n{one.stdout}{one.stderr}" for name, one in job.ran.items())


def test_nothing_is_committed_where_nothing_has_changed(platform: Begun, forge: Path) -> None:
    before = platform.git("rev-parse", "HEAD")
    job = merged(platform)
    assert job.ran["Render and commit"].returncode == 0, told(job)
    assert "nothing to commit" in job.ran["Render and commit"].stdout
    assert platform.git("--git-dir", str(forge), "rev-parse", "main") == before
    assert job.context["steps.commit.outputs.commit"] == before


def test_what_a_merge_has_left_is_rendered_and_pushed_once(platform: Begun, forge: Path) -> None:
    platform.change(APP, "replicas: 2", "replicas: 3")
    platform.commit("three of it")
    platform.git("push", "--quiet", "origin", "main")
    job = merged(platform)
    assert job.ran["Render and commit"].returncode == 0, told(job)
    log = platform.git("--git-dir", str(forge), "log", "--format=%an <%ae> %s", "main").splitlines()
    author = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
    assert log[0].startswith(f"{author} Render dist/ from ")
    changed = platform.git("show", "--name-only", "--format=", "HEAD").splitlines()
    assert changed == [
        "clusters/prod/plan.lock",
        "dist/prod/apps/hello/Deployment.web.yaml",
        "dist/prod/flux/Kustomization.apps-hello~flux-system.yaml",
    ]
    assert platform.git("status", "--porcelain") == ""
    again = merged(platform)
    assert "nothing to commit" in again.ran["Render and commit"].stdout
    assert "token-of-the-runner" not in told(job) + (platform.root / ".git/config").read_text()


def test_who_is_overtaken_renders_again_from_what_is_there(platform: Begun, forge: Path) -> None:
    other = platform.tools.parent / "other"
    subprocess.run(["/usr/bin/env", "git", "clone", "--quiet", forge, other], check=True)
    platform.change(APP, "replicas: 2", "replicas: 3")
    platform.commit("three of it")
    platform.git("push", "--quiet", "origin", "main")
    platform.git("-C", str(other), "pull", "--quiet")
    shutil.copy(other / APP, other / "apps/second.yaml")
    text = (other / APP).read_text().replace("name: hello", "name: second")
    (other / "apps/second.yaml").write_text(text)
    platform.git("-C", str(other), "add", "--all")
    platform.git("-C", str(other), "commit", "--quiet", "--message", "a second app")
    platform.git("-C", str(other), "push", "--quiet", "origin", "main")
    job = merged(platform)
    assert job.ran["Render and commit"].returncode == 0, told(job)
    assert "rendering again from what is there now" in job.ran["Render and commit"].stdout
    assert (platform.root / "dist/prod/apps/second/Deployment.web.yaml").is_file()
    assert platform.git("--git-dir", str(forge), "rev-parse", "main") == platform.git("rev-parse", "HEAD")


def test_a_branch_that_may_not_be_pushed_to_is_told_with_what_to_do(platform: Begun, forge: Path) -> None:
    (forge / "hooks/pre-receive").write_text("#!/bin/sh\nexit 1\n")
    (forge / "hooks/pre-receive").chmod(0o755)
    platform.change(APP, "cpu: 250m", "cpu: 300m")
    platform.commit()
    bare = ["/usr/bin/env", "git", "--git-dir", str(forge), "fetch", "--quiet", str(platform.root), "main:main"]
    subprocess.run(bare, check=True)
    job = merged(platform)
    assert job.ran["Render and commit"].returncode == 1
    assert "main does not let us push" in job.ran["Render and commit"].stderr


@pytest.mark.usefixtures("forge")
def test_an_app_never_sees_the_token(platform: Begun) -> None:
    (platform.root / "apps/nosy.py").write_text(
        "import os\n\nfrom bayplan import App, Service\n\n"
        'seen = "seen" if os.environ.get("BAYPLAN_PUSH_TOKEN") else "hidden"\n'
        'image = "registry.example.com/a/b:v1@sha256:' + "a" * 64 + '"\n'
        'app = App(name="nosy", team="web", workloads=[Service(name=seen, image=image)])\n'
    )
    platform.commit()
    platform.git("push", "--quiet", "origin", "main")
    job = merged(platform)
    assert not list(platform.root.glob("dist/prod/apps/nosy/*seen*")), told(job)
    assert "token-of-the-runner" not in told(job)


STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >>"$LOG"
[ "$1 $2" != "push artifact" ] || { ls -R "$5" >>"$LOG"; echo '{"digest": "sha256:abc"}'; }
"""


def test_an_artifact_is_signed_by_its_digest_before_its_tag_moves(platform: Begun, forge: Path) -> None:
    if shutil.which("jq") is None:
        pytest.skip("jq is not here")
    for name in ("flux", "cosign"):  # stand-ins: what they are told is what is tested
        (platform.tools / name).write_text(STAND_IN)
        (platform.tools / name).chmod(0o755)
    log = platform.tools.parent / "log"
    more = {"GITHUB_REPOSITORY": "Acme/Platform", "GITHUB_ACTOR": "somebody", "LOG": str(log)}
    job = platform.job(WORKFLOW, "publish", **more)
    assert job.run() == 0, told(job)
    image, commit = "ghcr.io/acme/platform/dist", platform.git("rev-parse", "HEAD")
    said = [line for line in log.read_text().splitlines() if line.startswith(("flux ", "cosign "))]
    assert [line.partition(" --")[0] for line in said] == [
        "cosign login ghcr.io",
        f"flux push artifact oci://{image}:{commit[:12]}",
        "cosign sign",
        f"flux tag artifact oci://{image}:{commit[:12]}",
    ]
    assert said[2] == f"cosign sign --yes {image}@sha256:abc"
    assert f"--source {forge} --revision main@sha1:{commit}" in said[1]
    assert "Deployment.web.yaml" in log.read_text()
    assert "apps/hello.yaml" not in log.read_text()
    assert job.context["steps.push.outputs.digest"] == "sha256:abc"
    assert "actions/attest" in job.used


def test_only_who_signs_may_sign_and_runs_no_app(platform: Begun) -> None:
    jobs = yaml.safe_load((platform.root / WORKFLOW).read_text())["jobs"]
    assert {name: "id-token" in job["permissions"] for name, job in jobs.items()} == {"render": False, "publish": True}
    assert "contents" in jobs["render"]["permissions"]
    scripts = " ".join(step.get("run", "") for step in jobs["publish"]["steps"])
    assert "pip" not in scripts
    assert "synth" not in scripts + (platform.root / ".bayplan/publish.sh").read_text()
