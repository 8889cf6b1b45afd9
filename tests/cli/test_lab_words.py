"""`bayplan lab` before anything is started: what is asked for has to make sense."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lab(labs: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bayplan", "lab", *words]
    surroundings = {"BAYPLAN_LABS": str(labs), "PATH": "/usr/bin:/bin", "HOME": str(labs)}
    return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["up", "nowhere"], "there is no cluster 'nowhere'\n    Say one of lab, prod."),
        (["up"], "which cluster?"),
        (["up", "lab", "--name", "../x"], "'../x' cannot be the name of a lab"),
        (["down"], "there is no lab"),
        (["status", "lab"], "there is no lab 'lab'"),
        (["kubeconfig"], "bayplan lab up CLUSTER starts one."),
    ],
)
def test_what_makes_no_sense_is_answered_with_what_does(tmp_path: Path, words: list[str], said: str) -> None:
    answer = lab(tmp_path / "labs", *words)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert not list((tmp_path / "labs").glob("*"))


def test_a_folder_of_labs_that_others_can_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "labs").mkdir(mode=0o755)
    (tmp_path / "labs").chmod(0o755)
    answer = lab(tmp_path / "labs", "status")
    assert answer.returncode == 2
    assert "can be read by others" in answer.stderr


def test_help_shows_an_example(tmp_path: Path) -> None:
    answer = lab(tmp_path, "--help")
    assert answer.returncode == 0
    assert "bayplan lab up lab" in answer.stdout
