"""Install TensorFlow, PyTorch, JAX, Spark, Ray, MPI into .cache/frameworks: `python -m tools.frameworks [--optional]`.

They have an environment of their own: bayplan needs none of them, and they take 8 GB. Versions stand in pyproject.toml
(group `frameworks`), hashes in requirements.lock beside this file, for Linux on x86-64 alone. What cannot be installed
says why, here and in `.cache/frameworks.failed`, which the tests that need it give as their reason to be skipped.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import subprocess
import sys

from tools.golang import CACHE, ROOT
from tools.lock import alone
from tools.uv.install import uv_environment

HOME = CACHE / "frameworks"
LOCK = ROOT / "tools/frameworks/requirements.lock"
FAILED = CACHE / "frameworks.failed"


def install() -> None:
    """Install what is locked, unless it is there; RuntimeError with the reason otherwise."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise RuntimeError(
            f"the locked frameworks are for Linux on x86-64; this is {sys.platform}, {platform.machine()}"
        )
    stamp, key = HOME / ".installed", hashlib.sha256(LOCK.read_bytes()).hexdigest() + "\n"
    if stamp.is_file() and stamp.read_text() == key:
        return
    stamp.unlink(missing_ok=True)
    uv = str(ROOT / ".venv/bin/uv")
    pip = [str(ROOT / ".venv/bin/python"), "-m", "pip", "config", "list"]
    settings = subprocess.run(pip, capture_output=True, text=True, check=True).stdout
    environment = uv_environment(os.environ, settings)
    # nothing is kept beside what is installed: these packages would fill the cache of all others
    sync = [uv, "pip", "sync", "--quiet", "--no-cache", "--require-hashes", "--python", f"{HOME}/bin/python", f"{LOCK}"]
    for command in ([uv, "venv", "--quiet", "--clear", "--python", sys.executable, f"{HOME}"], sync):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.strip() or f"{command[0]} ended with {done.returncode}")
    stamp.write_text(key)


def main(arguments: list[str]) -> int:
    """Install, and say what to do where that is impossible."""
    parser = argparse.ArgumentParser(prog="python -m tools.frameworks", description="Install the locked frameworks.")
    parser.add_argument("--optional", action="store_true", help="succeed all the same: tests skip what is missing")
    asked = parser.parse_args(arguments)
    with alone(CACHE / ".frameworks.lock", "frameworks"):
        try:
            install()
        except (RuntimeError, OSError) as why:
            FAILED.write_text(f"{why}\n")
            print(f"  frameworks: cannot be installed: {why}", file=sys.stderr, flush=True)
            return 0 if asked.optional else 1
        FAILED.unlink(missing_ok=True)
    print(f"  frameworks are installed, in {HOME}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
