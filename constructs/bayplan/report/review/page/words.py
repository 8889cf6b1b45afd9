"""Lines of a review as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.report.findings.plain import plain
from bayplan.report.html.markup import Markup, join, tag
from bayplan.report.review.line import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.report.review.line import Item, Line, Section

LONGEST = 4_000
"""Letters of one text that are shown."""


def shown(text: str) -> str:
    """Text of a tree: nothing hidden in it, not endless."""
    return plain(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def written(line: Line) -> Markup:
    """Words, each in its style."""
    return join(*(piece(style, shown(text)) for style, text in line))


def piece(style: Style, text: str) -> Markup:
    """Some words of one style."""
    if style is Style.STRONG:
        return tag("b", text)
    return tag("code", text) if style is Style.NAME else join(text)


def part(section: Section, *before: Markup | None) -> Markup:
    """A section with its heading; `before` are its pictures."""
    content = [grid(section)] if section.columns else [*lists(section.items)]
    return tag("section", tag("h2", section.heading), *before, *content, id=section.key, class_=f"part {section.key}")


def lists(items: Sequence[Item]) -> list[Markup]:
    """Lists under the headings of their groups."""
    made: list[Markup] = []
    group: Line = ()
    rows: list[Markup] = []
    for item in items:
        if item.group != group:
            made += [tag("ul", *rows)] if rows else []
            rows, group = [], item.group
            made.append(tag("h3", written(group)))
        rows.append(entry(item))
    return [*made, tag("ul", *rows)]


def entry(item: Item) -> Markup:
    """An entry of a list, and its values before and after."""
    return tag("li", written(item.cells[0]), difference(item.diff))


def difference(lines: Sequence[tuple[str, str]]) -> Markup | None:
    """What is gone and what has come, line by line."""
    if not lines:
        return None
    names = {"-": "del", "+": "ins"}
    return tag("div", *(tag(names.get(sign, "span"), f"{sign} {shown(text)}") for sign, text in lines), class_="diff")


def grid(section: Section) -> Markup:
    """A table, in a frame that can be scrolled with the keyboard, too."""
    head = tag(
        "tr", *(tag("th", name, scope="col", class_=figure(section, at)) for at, name in enumerate(section.columns))
    )
    rows = [
        tag("tr", *(tag("td", written(cell), class_=figure(section, at)) for at, cell in enumerate(item.cells)))
        for item in section.items
    ]
    table = tag("table", tag("caption", section.title), tag("thead", head), tag("tbody", *rows))
    return tag("div", table, class_="wide", tabindex=0, role="region", aria_label=f"{section.title}: table")


def figure(section: Section, at: int) -> str | None:
    """The class of a column of figures."""
    return "figure" if at in section.right else None
