"""The lines of a file that a finding means, as they may be shown."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from bayplan.report.findings.plain import HIDDEN, masked, plain

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.validation.finding import Finding

AROUND = 1
"""Lines of context on each side."""
LONGEST = 110
LARGEST = 16 << 20
"""Larger files are not opened for a few lines."""
SECRET = re.compile(r"""(^|[{,\s"'-])["']?kind["']?:\s*["']?Secret["']?\s*($|[,}#\r])""")
OPEN = re.compile(r"""^(\s*(?:- )*["']?(?:apiVersion|kind|type|name|namespace|metadata|immutable)["']?:)""")
KEY = re.compile(r"""^(\s*(?:- )*["']?[^\s:"']+["']?:)(\s.*)?$""")


class Line(NamedTuple):
    """One line of a snippet."""

    number: int
    text: str
    start: int
    """Where the spot begins in it."""
    end: int
    """Where it ends; 0 in a line of context."""


class Snippets:
    """Reads files below a folder, each once."""

    def __init__(self, root: Path | None) -> None:
        self._root = root
        self._lines = lru_cache(maxsize=8)(self._read)

    def of(self, finding: Finding) -> tuple[Line, ...]:
        """The line of a finding with those around it; none where the file is not there to be read."""
        lines = self._lines(finding.file)
        if not 0 < finding.line <= len(lines):
            return ()
        spot = finding.line - 1
        first, last = document_of(lines, spot)
        is_secret = finding.ref.kind == "Secret" or any(SECRET.search(line) for line in lines[first:last])
        found = []
        for index in range(max(first, spot - AROUND), min(last, spot + AROUND + 1)):
            before = lines[index - 1] if index else ""
            text = sealed(lines[index]) if is_secret else masked(lines[index], before)
            text = plain(text)
            text = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
            start, end = spot_in(text, finding.pointer) if index == spot else (0, 0)
            found.append(Line(index + 1, text, start, end))
        return tuple(found)

    def _read(self, file: str) -> list[str]:
        if self._root is None or not file:
            return []
        path = self._root / file
        try:
            inside = path.resolve().is_relative_to(self._root.resolve())
            if not inside or not path.is_file() or path.stat().st_size > LARGEST:
                return []
            return path.read_bytes().decode("utf-8", "replace").split("\n")
        except (OSError, RuntimeError, ValueError):
            return []


def document_of(lines: list[str], spot: int) -> tuple[int, int]:
    """First and last line (exclusive) of the document that a line stands in."""
    first = next((index + 1 for index in range(spot, -1, -1) if lines[index].startswith("---")), 0)
    last = next((index for index in range(spot + 1, len(lines)) if lines[index].startswith("---")), len(lines))
    return min(first, spot), last


def sealed(line: str) -> str:
    """A line of a Secret: its keys, and no value."""
    if OPEN.match(line) and "{" not in line:
        return line
    found = KEY.match(line)
    if found:
        return f"{found[1]} {HIDDEN}" if found[2] and found[2].strip() else found[1]
    return HIDDEN if line.strip() else ""


def spot_in(text: str, pointer: str) -> tuple[int, int]:
    """Where a line names the last part of a pointer that it names at all; else all that stands in it."""
    for part in reversed([part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/") if part]):
        found = re.search(rf"(?<![\w.-]){re.escape(part)}(?=[\"']?:)", text)
        if found and not part.isdecimal():
            return found.span()
    bare = text.rstrip()
    start = len(bare) - len(bare.lstrip())
    return (start, len(bare)) if bare else (0, 0)
