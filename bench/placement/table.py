"""What was measured, as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.placement.rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bench.placement.record import Record

BEGIN, END = "<!-- figures -->", "<!-- /figures -->"


def render(records: Sequence[Record]) -> str:
    """A table for each row that was measured, under what it aims at."""
    parts = []
    for name, row in ROWS.items():
        measured = [record for record in records if record.row == name]
        if not measured:
            continue
        lines = [[record.instance, *row.cells(record.figures)] for record in measured]
        runs = sorted({record.run for record in measured})
        parts += [f"## {row.TITLE}", "", f"Aim: {row.AIM}. Measured: {'; '.join(runs)}.", ""]
        parts += [*_table(row.HEADINGS, lines), ""]
    return "\n".join(parts)


def write(text: str, path: Path) -> None:
    """Put the tables between the marks of a README, and leave the rest as it is."""
    told = path.read_text()
    if BEGIN not in told or END not in told:
        raise LookupError(f"{path} has no {BEGIN} ... {END}")
    marks = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    path.write_text(marks.sub(lambda _: f"{BEGIN}\n\n{text}\n{END}", told))


def _table(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> list[str]:
    return [_line(headings), _line(["---"] * len(headings)), *(_line(line) for line in lines)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
