"""What a pull request meets in a repository that bayplan has begun: the steps of its pipeline, run one by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.scaffold.begun import Begun
    from tests.scaffold.steps import Job

WORKFLOW = ".github/workflows/bayplan.yml"
APP = "apps/hello.yaml"


def judged(platform: Begun) -> Job:
    """The pipeline's job on the merge of the branch `change`."""
    platform.merge()
    job = platform.job(WORKFLOW, "review")
    job.run()
    return job


def told(job: Job) -> str:
    return "\n".join(f"{name}: {one.returncode}\n{one.stdout}{one.stderr}" for name, one in job.ran.items())


def test_the_first_pull_request_is_green(platform: Begun) -> None:
    platform.git("checkout", "--quiet", "-b", "change")
    platform.change("README.md", "# Platform", "# Our platform")
    platform.commit()
    job = judged(platform)
    assert [one.returncode for one in job.ran.values()] == [0, 0, 0], told(job)
    assert job.used == ["actions/checkout", "actions/setup-python", "actions/upload-artifact"]
    assert platform.git("status", "--porcelain") == ""


def test_a_change_is_green_and_told(platform: Begun) -> None:
    platform.git("checkout", "--quiet", "-b", "change")
    platform.change(APP, "cpu: 250m", "cpu: 300m")
    assert platform.bayplan("synth").returncode == 0
    platform.commit()
    job = judged(platform)
    assert job.ran["Review"].returncode == 0, told(job)
    review = json.loads((platform.root / ".bayplan/out/review.json").read_text())
    assert [change["ref"]["kind"] for change in review["changes"]] == ["Deployment"]
    assert review["changes"][0]["origin"] == "apps/hello.yaml#L6"
    for name in ("review.md", "review.html"):
        assert "hello" in (platform.root / ".bayplan/out" / name).read_text()
    assert "hello" in (platform.root / ".git/summary").read_text()


def test_a_change_that_leaves_dist_to_main_is_judged_as_it_will_be(platform: Begun) -> None:
    platform.git("checkout", "--quiet", "-b", "change")
    platform.change(APP, "port: 8080", "port: 9090")
    platform.commit()
    job = judged(platform)
    assert job.ran["Review"].returncode == 0, told(job)
    assert "9090" in (platform.root / ".bayplan/out/review.json").read_text()


def test_a_dist_edited_by_hand_is_refused(platform: Begun) -> None:
    platform.git("checkout", "--quiet", "-b", "change")
    platform.change("dist/prod/apps/hello/Deployment.web.yaml", "8080", "8081")
    platform.commit()
    job = judged(platform)
    assert job.ran["Review"].returncode == 1
    assert "dist/ is not what apps/ and clusters/ say" in job.ran["Review"].stderr
    assert "Deployment.web.yaml" in job.ran["Review"].stderr


def test_a_plan_that_does_not_fit_any_more_is_refused_with_what_to_do(platform: Begun) -> None:
    platform.git("checkout", "--quiet", "-b", "change")
    platform.change(APP, "replicas: 2", "replicas: 20")
    platform.commit()
    job = judged(platform)
    assert job.ran["Review"].returncode == 2, told(job)
    assert "bayplan" in job.ran["Review"].stderr
    assert not (platform.root / ".bayplan/out/review.json").exists()


def test_an_app_of_a_pull_request_sees_nothing_and_writes_nothing(platform: Begun) -> None:
    platform.git("checkout", "--quiet", "-b", "change")
    (platform.root / "apps/evil.py").write_text(
        "import os, pathlib\n"
        "pathlib.Path('/tmp/bayplan-evil').write_text(str(dict(os.environ)))\n"
        "raise SystemExit('SECRET' in os.environ)\n"
    )
    platform.commit()
    platform.merge()
    job = platform.job(WORKFLOW, "review", SECRET="hush")  # noqa: S106 - it is none
    assert job.run() == 2
    assert "hush" not in told(job)
