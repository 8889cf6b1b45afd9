"""The lines of a file that a finding means, as they may be shown."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from bayplan.report.findings.plain import HIDDEN, masked, plain

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.validation.finding import Finding

AROUND = 1
"""Lines of context on each side."""
LONGEST = 110
FAR = 400
"""Characters of a line that are looked at: those that are shown, and room behind for a credential to end in."""
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


class Source:
    """A file that was read, with the documents in it."""

    def __init__(self, text: str = "") -> None:
        self.lines = text.split("\n") if text else []
        self._begins = [0, *(index + 1 for index, line in enumerate(self.lines) if line.startswith("---"))]
        self._secret: dict[int, bool] = {}

    def document_of(self, spot: int) -> tuple[int, int]:
        """First and last line (exclusive) of the document that a line stands in."""
        at = bisect_right(self._begins, spot) - 1
        end = self._begins[at + 1] - 1 if at + 1 < len(self._begins) else len(self.lines)
        return self._begins[at], max(end, spot + 1)

    def is_secret(self, first: int, last: int) -> bool:
        """Whether a document is a Secret; looked at once."""
        if first not in self._secret:
            self._secret[first] = any(SECRET.search(line) for line in self.lines[first:last] if "Secret" in line)
        return self._secret[first]


class Snippets:
    """Reads files below a folder, each once."""

    def __init__(self, root: Path | None) -> None:
        self._root = root
        self._source = lru_cache(maxsize=8)(self._read)

    def of(self, finding: Finding) -> tuple[Line, ...]:
        """The line of a finding with those around it; none where the file is not there to be read."""
        source = self._source(finding.file)
        spot = finding.line - 1
        if not 0 <= spot < len(source.lines):
            return ()
        first, last = source.document_of(spot)
        is_secret = finding.ref.kind == "Secret" or source.is_secret(first, last)
        found = []
        for index in range(max(first, spot - AROUND), min(last, spot + AROUND + 1)):
            # cut before anything looks at it: a line may be as long as a file
            line, before = (source.lines[at][:FAR] if at >= 0 else "" for at in (index, index - 1))
            text = plain(sealed(line) if is_secret else masked(line, before))
            text = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
            start, end = spot_in(text, finding.pointer) if index == spot else (0, 0)
            found.append(Line(index + 1, text, start, end))
        return tuple(found)

    def _read(self, file: str) -> Source:
        if self._root is None or not file:
            return Source()
        path = self._root / file
        try:
            inside = path.resolve().is_relative_to(self._root.resolve())
            if not inside or not path.is_file() or path.stat().st_size > LARGEST:
                return Source()
            return Source(path.read_bytes().decode("utf-8", "replace"))
        except (OSError, RuntimeError, ValueError):
            return Source()


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
