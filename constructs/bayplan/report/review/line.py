"""What a review says, before it takes a form: lines of marked words, and sections of items by their weight.

Each form draws the same lines, so that no form knows more than another; and each knows which words are ours and which
came from a tree that anybody may have written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias


class Style(Enum):
    """Whose words they are."""

    OWN = "own"
    """Ours: fixed text and numbers."""
    STRONG = "strong"
    """Ours, and the first that is read."""
    SAID = "said"
    """A sentence of ours with names of a tree in it."""
    NAME = "name"
    """A name, a path or a value of a tree."""


MARKED = re.compile(r"(?<![`\w])`([^`\s](?:[^`]*[^`\s])?)`(?![`\w])")
Line: TypeAlias = "tuple[tuple[Style, str], ...]"
"""Words one after the other; blanks between them are written out."""


def own(text: str) -> Line:
    """Words of ours."""
    return ((Style.OWN, text),)


def strong(text: str) -> Line:
    """Words of ours, marked."""
    return ((Style.STRONG, text),)


def said(text: str) -> Line:
    """A sentence with names in it, those between backticks marked as such; none for no text."""
    if not text.strip():
        return ()
    parts = MARKED.split(text) if "`" in text else [text]
    return tuple((Style.NAME if at % 2 else Style.SAID, part) for at, part in enumerate(parts) if part)


def name(text: str) -> Line:
    """A name or a value."""
    return ((Style.NAME, text),) if text.strip() else ()


def listed(lines: list[Line]) -> Line:
    """`a`, `a and b`, `a, b and c`."""
    made: Line = ()
    for number, line in enumerate(lines):
        made += () if not number else own(" and " if number == len(lines) - 1 else ", ")
        made += line
    return made


class Rank(Enum):
    """What is told first where there is no room for all; in this order."""

    DANGER = 1
    NEEDS = 2
    NEW = 3
    PLAN = 4
    EFFECT = 5
    DETAIL = 6
    """Traffic, images, what was not looked at."""
    NOTE = 7
    CHANGE = 8


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry of a section: a line, or the cells of a row, and what is drawn below it."""

    rank: Rank
    cells: tuple[Line, ...]
    group: Line = ()
    """The heading that it stands under."""
    diff: tuple[tuple[str, str], ...] = ()
    """Lines below it: `+`, `-` or blank, and text of a tree."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the report; one that has no items is not told."""

    key: str
    """What it is for pages: `effects`."""
    title: str
    items: tuple[Item, ...]
    columns: tuple[str, ...] = ()
    """Headings of a table; none for a list."""
    right: frozenset[int] = field(default_factory=frozenset)
    """Columns of figures."""
    is_open: bool = False
    count: int | None = None
    """How many it holds, where that is not the number of items."""

    @property
    def heading(self) -> str:
        """`Images (3)`."""
        number = len(self.items) if self.count is None else self.count
        return f"{self.title} ({number:,})" if number else self.title
