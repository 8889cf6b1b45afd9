"""Examples print what their documentation says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_the_model_of_the_paper() -> None:
    run = subprocess.run([sys.executable, EXAMPLES / "paper.py"], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [
        "first: compute 1.0, storage 0.5, cost 1.5",
        "second: compute 0.8, storage 0.3, cost 1.1",
        "together 2.6, at least 2.6",
    ]
