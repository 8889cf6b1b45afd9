"""The marks that git leaves in a file where it cannot merge two sides."""

from __future__ import annotations

import re

from bayplan.complaint import Complaint

MARK = re.compile(rb"^(?:<{7}|>{7}|\|{7})(?: |\r?$)", re.MULTILINE)
"""Of a side. The line of `=` between them is none: text may be underlined so."""
FIX = "Keep what shall stay and remove the marks; `bayplan synth` then writes plan.lock and dist/ anew."


def line_of_mark(data: bytes) -> int:
    """The line of the first mark; 0 where there is none."""
    if b"<<<<<<<" not in data and b">>>>>>>" not in data and b"|||||||" not in data:
        return 0
    found = MARK.search(data)
    return data.count(b"\n", 0, found.start()) + 1 if found else 0


def complaint(file: str, line: int) -> Complaint:
    """What is said of a file with marks."""
    return Complaint(file=file, line=line, what="holds the marks of an unfinished merge", fix=FIX)
