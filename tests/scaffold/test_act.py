"""The pull request's workflow as act runs it: a second reader of its triggers, conditions, folders and environments.

act runs on this machine, without containers. The actions of others are taken from a folder and do nothing: there is no
network, and what they do is theirs to test.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess

    from tests.scaffold.begun import Begun

BIN = Path(__file__).resolve().parents[2] / ".cache" / "bin"
ACT = BIN / "act"
NOTHING = "{name: nothing, description: nothing, runs: {using: composite, steps: [{run: ':', shell: bash}]}}"
EVENT = {"pull_request": {"number": 7, "head": {"ref": "change"}, "base": {"ref": "main"}}}
WORKFLOW = Path(".github/workflows/bayplan.yml")

pytestmark = pytest.mark.skipif(not ACT.exists(), reason="act is not built: make tools, or python -m tools.build act")


def act(platform: Begun) -> subprocess.CompletedProcess[str]:
    """The event of a pull request, on the merge of the branch `change`."""
    platform.merge()
    nothing, event = platform.tools / "nothing", platform.tools / "event.json"
    nothing.mkdir()
    (nothing / "action.yml").write_text(NOTHING)
    event.write_text(json.dumps(EVENT))
    uses = re.findall(r"uses: (\S+@[0-9a-f]{40})", (platform.root / WORKFLOW).read_text())
    local = [word for one in uses for word in ("--local-repository", f"https://github.com/{one}={nothing}")]
    words = ["pull_request", "--workflows", str(WORKFLOW), "--platform", "ubuntu-24.04=-self-hosted"]
    home = {"HOME": str(platform.tools), "XDG_CACHE_HOME": str(platform.tools / "cache")}
    return platform.start(str(ACT), *words, "--eventpath", str(event), *local, **home)


def test_a_good_change_succeeds(platform: Begun) -> None:
    platform.git("checkout", "--quiet", "-b", "change")
    platform.change("apps/hello.yaml", "cpu: 250m", "cpu: 300m")
    assert platform.bayplan("synth").returncode == 0
    platform.commit()
    told = act(platform)
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr
    assert "Job succeeded" in told.stdout
    assert "Success - Main Keep the review" in told.stdout


def test_a_bad_change_fails_and_its_review_is_kept(platform: Begun) -> None:
    platform.git("checkout", "--quiet", "-b", "change")
    platform.change("dist/prod/apps/hello/Deployment.web.yaml", "8080", "8081")
    platform.commit()
    told = act(platform)
    assert told.returncode == 1
    assert "dist/ is not what apps/ and clusters/ say" in told.stdout
    assert "Failure - Main Review" in told.stdout
    assert "Success - Main Keep the review" in told.stdout
