"""A review as a comment: Markdown that GitHub, GitLab and Gitea draw, and Bitbucket without folds.

A comment has an end, so what matters most is taken first; what finds no room is counted and left to the full report.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.report.review.brief import HEADLINES, SIGNS, brief
from bayplan.report.review.line import Style
from bayplan.report.review.rooted import rooted
from bayplan.report.review.sections import sections
from bayplan.report.words import code, fenced, prose, tidy

if TYPE_CHECKING:
    from bayplan.report.review.line import Item, Line, Section
    from bayplan.review.review import Review

LIMIT = 65_536
"""Of GitHub; Bitbucket takes 32,768."""
RESERVE = 1_536
"""For a line that a pipeline adds, and for hosts that count otherwise."""
LONGEST_VALUE = 400
"""Letters of a line of a difference."""
FULL = "review.html"
"""The artifact that holds all."""


def render(review: Review, *, color: bool, limit: int = LIMIT, folds: bool = True) -> str:  # noqa: ARG001 - no colours
    """The comment; never longer than `limit`. `folds=False` for hosts that draw no <details>."""
    return f"{marker(review)}\n{body(review, limit=limit, folds=folds)}"


def body(review: Review, *, limit: int = LIMIT, folds: bool = True) -> str:
    """The comment without its first line, which those write themselves that put it onto a forge."""
    told = rooted(review)
    head = [heading(review), "", *(f"- {drawn(line)}" for line in brief(told)), ""]
    foot = footer(review, folds=folds)
    room = limit - RESERVE - length("\n".join([*head, foot]))
    parts = sections(told)
    taken = take(parts, room)
    shown = [fold(part, count, folds=folds) for part, count in zip(parts, taken, strict=True) if count]
    more = left_out(parts, taken)
    return "\n".join([*head, *shown, *more, foot])


def left_out(parts: list[Section], taken: list[int]) -> list[str]:
    """What found no room, and where it is: `No room here: 214 of "Changes"`."""
    left = [
        f'{len(part.items) - count:,} of "{part.title}"'
        for part, count in zip(parts, taken, strict=True)
        if count < len(part.items)
    ]
    return [f"No room here: {', '.join(left)}. The full report is the artifact `{FULL}`.", ""] if left else []


def marker(review: Review) -> str:
    """The first line, by which a comment is found again: for which tree it speaks, and of which commit."""
    key = "-".join(re.findall(r"[A-Za-z0-9._/]+", review.path))[:200].strip("-") or "."
    commit = review.head if re.fullmatch("[0-9a-f]{7,64}", review.head) else "0"
    return f"<!-- bayplan-review key={key} commit={commit} -->"


def heading(review: Review) -> str:
    """The verdict."""
    return f"## {SIGNS[review.verdict]} {HEADLINES[review.verdict]}"


def footer(review: Review, *, folds: bool) -> str:
    """What was compared."""
    head = code(review.head[:12]) or "the working tree"
    line = f"bayplan review of {code(review.path)}: {code(review.base[:12])} to {head}"
    return f"<sub>{line}</sub>" if folds else line


def take(parts: list[Section], room: int) -> list[int]:
    """How many items of each section there is room for: by rank, and in a section only from its beginning."""
    order = sorted(
        (item.rank.value, at, number) for at, part in enumerate(parts) for number, item in enumerate(part.items)
    )
    taken = [0] * len(parts)
    full = [False] * len(parts)
    for _, at, number in order:
        if full[at] or number != taken[at]:
            continue
        cost = length(entry(parts[at], number)) + 1 + (0 if taken[at] else length(fold(parts[at], 0, folds=True)) + 120)
        if cost > room:
            full[at] = True
            continue
        room -= cost
        taken[at] += 1
    return taken


def fold(part: Section, count: int, *, folds: bool) -> str:
    """A section with its first items."""
    lines = [
        f"<details{' open' * part.is_open}><summary>{part.heading}</summary>" if folds else f"### {part.heading}",
        "",
    ]
    if part.columns:
        lines.append(f"| {' | '.join(part.columns)} |")
        lines.append(f"|{'|'.join(' ---: ' if at in part.right else ' --- ' for at in range(len(part.columns)))}|")
    lines += [entry(part, number) for number in range(count)]
    if 0 < count < len(part.items):
        lines += ["", f"and {len(part.items) - count:,} more"]
    return "\n".join([*lines, "", *(["</details>", ""] if folds else [])])


def entry(part: Section, number: int) -> str:
    """An item, under its heading where it is the first of it."""
    item = part.items[number]
    is_first = item.group and (number == 0 or part.items[number - 1].group != item.group)
    title = f"{chr(10) if number else ''}**{drawn(item.group)}**\n\n" if is_first else ""
    return title + (row(item) if part.columns else bullet(item))


def row(item: Item) -> str:
    """A line of a table."""
    return f"| {' | '.join(drawn(cell, cell=True) for cell in item.cells)} |"


def bullet(item: Item) -> str:
    """An item of a list, and its difference."""
    line = f"- {drawn(item.cells[0])}"
    if not item.diff:
        return line
    block = fenced([f"{sign} {tidy(text, LONGEST_VALUE)}" for sign, text in item.diff])
    return "\n".join([line, *(f"  {one}" for one in block.split("\n"))])


def drawn(line: Line, *, cell: bool = False) -> str:
    """Words in Markdown; code beside code is kept apart, or their fences would become one."""
    made = ""
    for style, text in line:
        shown = piece(style, text, cell=cell)
        made += f" {shown}" if made.endswith("`") and shown.startswith("`") else shown
    return made


def piece(style: Style, text: str, *, cell: bool) -> str:
    """Some words: ours as they are, those of a tree made safe."""
    if style is Style.STRONG:
        core = text.strip()
        return text.replace(core, f"**{core}**") if core else text
    if style is Style.OWN:
        return text
    return code(text, cell=cell) if style is Style.NAME else prose(text, cell=cell)


def length(text: str) -> int:
    """As the strictest host counts: in units of UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
