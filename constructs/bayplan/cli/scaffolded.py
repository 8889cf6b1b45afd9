"""What `init` and `adopt` say when they are done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bayplan.cli.command import Options
    from bayplan.scaffold.place import Placed

SHOWN = 30
"""Files that are listed one by one."""


def show(options: Options, folder: Path, placed: Placed, steps: Sequence[str]) -> None:
    """Print what was written, and what a person has to do next."""
    steps = [step for step in steps if step]
    if options.json:
        from bayplan.report import json

        said = {"folder": str(folder), "written": placed.written, "kept": placed.kept, "next": tuple(steps)}
        print(json.render(said))
        return
    for path in placed.written[:SHOWN]:
        print(f"  + {path}")
    if more := len(placed.written) - SHOWN:
        print(f"  and {more} more below {folder}" if more > 0 else "", end="\n" if more > 0 else "")
    if placed.kept:
        print(f"{len(placed.kept)} files were there already, just so" + ("" if placed.written else ": nothing to do"))
    if placed.written:
        print("\nNext:")
        for number, step in enumerate(steps, 1):
            print(f"  {number}. {step}")
