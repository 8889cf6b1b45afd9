"""Examples print what their documentation says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.render.training_pods import pods_of
from tests.render.words import lab, render

if TYPE_CHECKING:
    from bayplan import App

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_the_model_of_the_paper() -> None:
    run = subprocess.run([sys.executable, EXAMPLES / "paper.py"], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [
        "first: compute 1.0, storage 0.5, cost 1.5",
        "second: compute 0.8, storage 0.3, cost 1.1",
        "together 2.6, at least 2.6",
    ]


@pytest.mark.parametrize("controllers", [{"jobset": "0.12"}, {"kubeflow-trainer": "2.3"}], ids=["jobset", "trainer"])
def test_what_the_training_program_reads_is_in_the_environment_of_its_pods(controllers: dict[str, str]) -> None:
    said: dict[str, App] = {}
    exec((EXAMPLES / "training/digits.py").read_text(), said)  # noqa: S102 - our own file
    made = render(said["app"], cluster=lab(controllers={"flux": "2.9", **controllers}, storage={"efs": "0.30"}))
    pods = pods_of([body for bodies in made.values() for body in bodies], "train")
    read = set(re.findall(r'os\.environ\["(\w+)"\]', (EXAMPLES / "training/train.py").read_text()))
    of_torchrun = {"LOCAL_RANK"}
    assert [read - of_torchrun - pod.env.keys() for pod in pods] == [set(), set()]
    assert [pod.env["PET_NPROC_PER_NODE"] for pod in pods] == ["4", "4"]
