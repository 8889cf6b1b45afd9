"""A review for the terminal: the same words in the same order as the comment, a hundred columns wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from bayplan.report.findings.plain import plain
from bayplan.report.review.brief import HEADLINES, brief
from bayplan.report.review.line import Style
from bayplan.report.review.rooted import rooted
from bayplan.report.review.sections import sections
from bayplan.report.text.canvas import draw, table
from bayplan.review.review import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.report.review.line import Item, Line, Section
    from bayplan.review.review import Review

WIDTH = 100
MOST_ROWS = 200
"""Rows of a table; more are counted."""
LONGEST = 2_000
"""Letters of one text that are shown."""
BOLD, RED, GREEN, YELLOW, CYAN = "1", "31", "32", "33", "36"
COLORS = {Verdict.BLOCKED: RED, Verdict.DANGER: RED, Verdict.ATTENTION: YELLOW}
STYLES = {Style.STRONG: BOLD, Style.NAME: CYAN}
ENDS = (".", ",", ";", ":", ")")
SIGNS = {"+": GREEN, "-": RED}


def render(review: Review, *, color: bool) -> str:
    """The verdict, the lines that a busy person needs, and all parts."""
    told = rooted(review)
    title = paint(HEADLINES[review.verdict], f"{BOLD};{COLORS.get(review.verdict, GREEN)}", color=color)
    lines = [title, "", *(one for line in brief(told) for one in bullet(line, color=color)), ""]
    for section in sections(told):
        lines += [paint(section.heading, BOLD, color=color), *part(section, color=color), ""]
    head = plain(review.head[:12]) or "the working tree"
    return "\n".join([*lines, f"{plain(review.path[:LONGEST])}: {plain(review.base[:12])} to {head}"])


def part(section: Section, *, color: bool) -> Iterator[str]:
    """A section: its table, or its list under the headings of groups."""
    if section.columns:
        yield rows(section, color=color)
        return
    group: Line = ()
    for item in section.items:
        if item.group != group:
            group = item.group
            yield f"  {words(group, color=color)}"
        yield from bullet(item.cells[0], color=color, indent=2 + 2 * bool(group))
        yield from differences(item, color=color)


def rows(section: Section, *, color: bool) -> str:
    """A table; a name may be broken where there is no room."""
    made = table(*section.columns, right=section.right)
    for item in section.items[:MOST_ROWS]:
        made.add_row(*(Text(words(cell, color=False), overflow="fold") for cell in item.cells))
    more = len(section.items) - MOST_ROWS
    return draw(made, *([f"and {more:,} more"] if more > 0 else []), color=color, width=WIDTH)


def differences(item: Item, *, color: bool) -> Iterator[str]:
    """Values before and after; a line that is too long stays one line, as in every difference."""
    for sign, text in item.diff:
        yield paint(f"      {sign} {plain(text[:LONGEST])}".rstrip(), SIGNS.get(sign, ""), color=color)


def words(line: Line, *, color: bool) -> str:
    """A line, not broken."""
    return "".join(paint(plain(text[:LONGEST]), STYLES.get(style, ""), color=color) for style, text in line)


def bullet(line: Line, *, color: bool, indent: int = 0) -> list[str]:
    """An entry of a list, broken at blanks, its lines below each other."""
    lines: list[list[str]] = [[]]
    room = wide = WIDTH - indent - 3  # one is kept for what ends a sentence, which begins no line
    for word, style in spelled(line):
        size = cell_len(word)
        if size > room and lines[-1] and not word.isspace() and word not in ENDS:
            lines.append([])
            room = wide
        if word.isspace() and not lines[-1]:
            continue
        lines[-1].append(paint(word, style, color=color))
        room -= size
    first, *others = ["".join(one).rstrip() for one in lines]
    return [f"{' ' * indent}- {first}", *(f"{' ' * (indent + 2)}{one}" for one in others)]


def spelled(line: Line) -> Iterator[tuple[str, str]]:
    """Words and blanks, with their colour."""
    for style, text in line:
        shown = plain(text[:LONGEST])
        for number, word in enumerate(shown.split(" ")):
            if number:
                yield " ", ""
            if word:
                yield word, STYLES.get(style, "")


def paint(text: str, style: str, *, color: bool) -> str:
    """Text in a colour, on a terminal."""
    return f"\x1b[{style}m{text}\x1b[0m" if color and style and text.strip() else text
