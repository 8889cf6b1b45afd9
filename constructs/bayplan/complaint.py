"""What is wrong with what a person wrote, and what to do about it.

Every room raises `BadInput` for input that cannot be used; the CLI prints it and exits with 2. Nothing that a
user wrote may end as a traceback.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Complaint:
    """One thing that is wrong, where it was written, and what to do."""

    file: str
    """Path as the user would type it: relative to the repository root where that is possible."""
    line: int
    """From 1; 0 where the whole file is meant."""
    what: str
    """What is wrong, with the words that were written."""
    fix: str = ""
    """What to do; empty where `what` says it all."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return in_one_line(f"{where}: {self.what}") + (f"\n    {in_one_line(self.fix)}" if self.fix else "")


class BadInput(Exception):  # noqa: N818 - it names the input, not an error of ours
    """Input that cannot be used: all complaints of all files at once, sorted and without duplicates."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(sorted(set(complaints)))
        super().__init__("\n".join(str(complaint) for complaint in self.complaints))


def refused(file: str, what: str, fix: str) -> BadInput:
    """One complaint about a whole file, or a word of the command line."""
    return BadInput([Complaint(file=file, line=0, what=what, fix=fix)])


def in_one_line(text: str) -> str:
    """Text of a stranger without what a terminal obeys, or, where it begins a line, a CI."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
