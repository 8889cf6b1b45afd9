"""`python -m tools.cdk8s synth`: install cdk8s-cli into .cache/cdk8s where it is missing, then run it.

cdk8s-cli itself would look for upgrades, and is told not to.
"""

from __future__ import annotations

import subprocess
import sys

from tools import npm


def main(arguments: list[str]) -> int:
    """Run cdk8s-cli in the current folder and return its exit code."""
    try:
        programs = npm.install("cdk8s")
    except (subprocess.CalledProcessError, OSError) as why:
        print(f"cdk8s-cli cannot be installed: {why}", file=sys.stderr)
        return 2
    return npm.run(programs / "cdk8s-cli" / "bin" / "cdk8s", *arguments, "--check-upgrade=false")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
