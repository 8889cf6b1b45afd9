"""What was measured, a line of JSON each, written as soon as it is known: a run that is killed loses nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = Path(__file__).resolve().parents[2] / "build" / "bench" / "placement.jsonl"

Figure: TypeAlias = int | float | str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of a table: all contestants on one instance, measured in one run."""

    row: str
    """Which table."""
    instance: str
    figures: dict[str, Figure]
    run: str
    """Date and machine."""


def append(record: Record, path: Path = FILE) -> None:
    """Write one record behind those that are there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(asdict(record)) + "\n")


def latest(path: Path = FILE) -> list[Record]:
    """The last record of each instance in each table, in the order in which they were first measured.

    The last line may have been cut short by a kill; it is left out.
    """
    found: dict[tuple[str, str], Record] = {}
    for line in _whole_lines(path.read_text()) if path.exists() else ():
        record = Record(**json.loads(line))
        found[record.row, record.instance] = record
    return list(found.values())


def _whole_lines(text: str) -> Iterable[str]:
    return text[: text.rfind("\n") + 1].splitlines()
