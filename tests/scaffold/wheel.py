"""bayplan as users have it: its wheel in a fresh environment, beside nothing but what the wheel says that it needs."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


def install(place: Path) -> Path:
    """Build the wheel, make an environment, and put the wheel into it; the folder of its programs."""
    wheels, environment = place / "wheels", place / "environment"
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(wheels)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    lend(environment)
    (place / "lent").mkdir()
    for entry in packages(environment).iterdir():
        (place / "lent" / entry.name).symlink_to(entry)
    python = [str(environment / "bin" / "python"), "-m", "pip"]
    wheel = [str(file) for file in wheels.glob("*.whl")]
    subprocess.run([*python, "install", "--quiet", "--no-deps", "--no-index", *wheel], check=True)
    subprocess.run([*python, "check"], check=True, capture_output=True)
    return environment / "bin"


def lend(environment: Path) -> None:
    """Show the environment the packages of ours that a user's pip would fetch, and no others."""
    ours = Path(str(distribution("pip").locate_file("")))
    theirs = packages(environment)
    for name in sorted({"pip"} | needed("bayplan") - {"bayplan"}):
        tops = {file.parts[0] for file in distribution(name).files or () if file.parts[0] not in ("..", "__pycache__")}
        for top in sorted(tops):
            if not (theirs / top).exists():
                (theirs / top).symlink_to(ours / top)


def lent(programs: Path) -> str:
    """All that bayplan needs but bayplan itself, for an environment that a pipeline makes: its PYTHONPATH."""
    return str(programs.parents[1] / "lent")


def packages(environment: Path) -> Path:
    """Where an environment keeps its packages."""
    return next(environment.glob("lib/python*/site-packages"))


def needed(name: str) -> set[str]:
    """A distribution and all that it needs, without extras."""
    found, todo = set[str](), [name]
    while todo:
        one = todo.pop().lower()
        if one not in found:
            found.add(one)
            wanted = map(Requirement, distribution(one).requires or ())
            todo += [each.name for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]
    return found
