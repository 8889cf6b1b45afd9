"""No constraint is forgotten: each file is built or refuses, and each has a twin that needs no solver."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bayplan.placement import constraints, verify

BESIDES = {"bound", "breach", "cost", "guests", "packing", "seating"}
"""What `verify` has and the solver has not: its types, the sums, the evidence, and the truth."""


def files(package: Path) -> set[str]:
    return {file.stem for file in package.glob("*.py")} - {"__init__"}


def names(rules: object) -> set[str]:
    return {rule.__name__.rpartition(".")[2] for rule in rules}  # type: ignore[attr-defined]


def test_every_file_is_asked() -> None:
    folder = Path(constraints.__file__).parent
    assert names(constraints.RULES) | names(constraints.REFUSALS) == files(folder)
    twins = (*verify.SHAPE, *verify.ROOM, *verify.AGREED, *verify.SHOWN, *verify.TRUTH)
    assert names(twins) == files(Path(verify.__file__).parent) - {"breach", "guests"}


def test_every_constraint_has_a_twin() -> None:
    assert files(Path(verify.__file__).parent) - BESIDES == files(Path(constraints.__file__).parent)


def test_verifying_and_explaining_start_no_solver() -> None:
    script = (
        "import sys, bayplan.placement.verify, bayplan.placement.explain, bayplan.placement.decide;"
        "print([name for name in sys.modules if name.startswith('ortools')])"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
