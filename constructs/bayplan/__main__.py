"""`python -m bayplan` and the command `bayplan`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from bayplan.cli.run import run  # noqa: PLC0415 - nothing is imported before it is needed: `--help` must be quick

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
