"""`python -m tools.pipelines gitlab-ci-local|npm-groovy-lint ...`: install what is missing, run one."""

from __future__ import annotations

import json
import subprocess
import sys

from tools import npm


def main(arguments: list[str]) -> int:
    """Run a program in the current folder and return its exit code."""
    try:
        package = npm.install("pipelines") / arguments[0]
    except (subprocess.CalledProcessError, OSError) as why:
        print(f"{arguments[0]} cannot be installed: {why}", file=sys.stderr)
        return 2
    said = json.loads((package / "package.json").read_text())["bin"]
    return npm.run(package / (said if isinstance(said, str) else said[arguments[0]]), *arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
