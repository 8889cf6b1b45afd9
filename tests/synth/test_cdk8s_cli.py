"""`cdk8s synth`, as a user of cdk8s runs it: the same bytes as `bayplan synth`, and no harm when it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.synth.trees import contents

ROOT = Path(__file__).resolve().parents[2]
APP = ".venv/bin/python -m bayplan synth"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this repository's apps and clusters, after one `cdk8s synth`."""
    root = tmp_path_factory.mktemp("cdk8s")
    for folder in ("apps", "clusters"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    config = (ROOT / "cdk8s.yaml").read_text()
    assert APP in config
    (root / "cdk8s.yaml").write_text(config.replace(APP, f"{sys.executable} -m bayplan synth"))
    told = cdk8s_synth(root)
    if "cannot be installed" in told.stderr:
        pytest.skip(f"npm could not install cdk8s-cli: {told.stderr.strip()[-300:]}")
    assert told.returncode == 0, told.stdout + told.stderr
    return root


def cdk8s_synth(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", "tools.cdk8s", "synth", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_cdk8s_synth_writes_what_bayplan_synth_writes(rendered: Path) -> None:
    command = [sys.executable, "-m", "bayplan", "synth", "--root", str(rendered), "--out", str(rendered / "other")]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    ours = contents(rendered / "other")
    assert len(ours) > 20
    assert contents(rendered / "dist") == ours
    assert contents(rendered / "build/cdk8s") == ours


def test_cdk8s_synth_honours_its_output_option(rendered: Path) -> None:
    told = cdk8s_synth(rendered, "--output", "elsewhere")
    assert told.returncode == 0, told.stderr
    assert "elsewhere/lab/apps/classifier/Deployment.classifier.yaml" in told.stdout
    assert contents(rendered / "elsewhere") == contents(rendered / "dist")


def test_a_cdk8s_synth_that_fails_leaves_the_tree_as_it_was(rendered: Path) -> None:
    before = contents(rendered / "dist")
    broken = rendered / "apps/broken.py"
    broken.write_text("app = 1 / 0\n")
    try:
        told = cdk8s_synth(rendered)
    finally:
        broken.unlink()
    assert told.returncode == 1
    assert "apps/broken.py:1" in told.stderr
    assert contents(rendered / "dist") == before
