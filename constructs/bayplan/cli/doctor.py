"""`bayplan doctor`: what is there, in which version, and what to do about what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.cli.command import FINDINGS, WELL, Command, Options

if TYPE_CHECKING:
    from argparse import ArgumentParser


def declare(_: ArgumentParser) -> None:
    """`doctor` has no arguments of its own."""


def run(options: Options) -> int:
    """Look at every part and say how it is."""
    from bayplan.doctor import examine
    from bayplan.report.text.canvas import draw, table

    parts = examine(options.root)
    if options.json:
        from bayplan.report import json

        print(json.render(parts))
    else:
        rows = table("part", "version", "for", "what to do")
        for part in parts:
            rows.add_row(part.name, part.version or "absent", part.purpose, part.remedy)
        print(draw(rows, color=options.color))
    return FINDINGS if any(part.remedy and part.needed for part in parts) else WELL


COMMAND = Command(
    example="bayplan doctor",
    options=Options,
    declare=declare,
    run=run,
)
