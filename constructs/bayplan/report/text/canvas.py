"""From rich's tables to plain text."""

from __future__ import annotations

import shutil
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from rich.console import RenderableType


def draw(*parts: RenderableType, color: bool, width: int = 0) -> str:
    """What rich would print, as text without trailing blanks; as wide as the terminal, or 120 columns in a pipe."""
    text = StringIO()
    width = width or (shutil.get_terminal_size((120, 24)).columns if color else 120)
    console = Console(file=text, width=width, force_terminal=color, no_color=not color, highlight=False, emoji=False)
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def table(*headings: str, right: frozenset[int] = frozenset()) -> Table:
    """A table without lines: headings, columns, two blanks between; `right` are the columns of figures."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for position, heading in enumerate(headings):
        made.add_column(heading, justify="right" if position in right else "left", no_wrap=position == 0)
    return made
