"""Text of a tree in Markdown that stays text, on every code host.

Backslashes are not enough: hosts look for `@team`, `#123`, addresses, hashes and `:smile:` in what is left when
Markdown is done. They leave code alone. So every word that is more than letters and figures becomes code, and what is
code is fenced by more backticks than it holds.
"""

from __future__ import annotations

import re

from bayplan.report.findings.plain import plain

LONGEST = 300
"""Letters of one text that are shown."""
LONGEST_NAME = 180
OPENING, CLOSING = "(\"'", ")\"',;.:?!"
SAFE = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*|\d{1,3}(?:,\d{3})*(?:\.\d+)?%?|\d{1,6}(?:\.\d+)?%?")
SIGNS = frozenset("\N{RIGHTWARDS ARROW}\N{HORIZONTAL ELLIPSIS}\N{MULTIPLICATION SIGN}\N{EM DASH}=")
LONGEST_WORD = 40
MOST_MARKS = 3
"""Brackets and marks without a word between them, as they stand behind a name."""
LIKE_A_HASH = re.compile(r"[0-9a-fA-F]{7,}")
ORDER = re.compile(r"\d+[.)]")
OURS = re.compile(r"<(?=!|/?(?:details|summary)\b)|\[(?=//\]:)", re.IGNORECASE)
"""How hidden lines begin, by which comments of ours are found, and folds, which are counted where a comment is cut."""


def prose(text: str, *, cell: bool = False, longest: int = LONGEST) -> str:
    """A sentence: plain words as they are, all others as code."""
    words = tidy(text, longest).split()
    if words and ORDER.fullmatch(words[0]):  # where a line begins, it would begin a list
        words[0] = f"`{words[0]}`"
    made = " ".join(word(one, cell=cell) for one in words)
    return f"{' ' * text[:1].isspace()}{made}{' ' * text[-1:].isspace()}" if made else ""


def word(text: str, *, cell: bool = False) -> str:
    """One word, its brackets and marks outside of the code."""
    opened = text.lstrip(OPENING)
    core = opened.rstrip(CLOSING)
    if not core:
        return text if len(text) <= MOST_MARKS else code(text, cell=cell)
    before, after = text[: len(text) - len(opened)], opened[len(core) :]
    if is_safe(core):
        return text
    if len(core) > 2 and core[0] == core[-1] == "`":  # somebody has marked it already
        core = core[1:-1]
    return f"{before}{code(core, cell=cell)}{after}"


def is_safe(core: str) -> bool:
    """Whether a word is one that no code host makes anything of."""
    if core in SIGNS:
        return True
    return len(core) <= LONGEST_WORD and bool(SAFE.fullmatch(core)) and not LIKE_A_HASH.fullmatch(core)


def code(text: str, *, cell: bool = False, longest: int = LONGEST_NAME) -> str:
    """Text as it is, in a code span."""
    shown = tidy(text, longest).strip()
    if cell:
        shown = shown.replace("|", "¦")  # hosts do not agree on backslashes before it
    if not shown:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    blank = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{blank}{shown}{blank}{fence}"


def fenced(lines: list[str]) -> str:
    """Lines of a difference, in a fence that none of them can end."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}diff", *lines, fence])


def tidy(text: str, longest: int) -> str:
    """Shortened, in one line, nothing hidden in it, and nothing that looks like ours."""
    shown = plain(text[: 2 * longest])
    if len(text) > longest or len(shown) > longest:
        shown = f"{shown[: longest - 1]}…"
    return OURS.sub(r"\g<0> ", shown)
