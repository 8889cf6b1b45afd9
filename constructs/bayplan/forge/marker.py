"""The first line of our comment, which nobody sees and by which we find it again.

It says for which tree the comment speaks (`key`: a repository may have several) and of which commit. It counts on the
first line only, and only under a comment of our own account: anybody can write such a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayplan.forge.forge import MOST_IN_STATUS, is_same_commit

if TYPE_CHECKING:
    from bayplan.forge.forge import Shape

KEY = re.compile(r"[A-Za-z0-9._/]+(-[A-Za-z0-9._/]+)*")
"""What a key may be: nothing that ends a comment of HTML."""
SPOKEN = re.compile(
    rf"[^\w\n]*bayplan-review key=(?P<key>{KEY.pattern}) commit=(?P<commit>[0-9a-f]+)(?P<old> superseded)?[^\w\n]*"
)
OPENING = re.compile(r"<(?=!)|\[(?=//\]:)")
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, marks that turn the direction of writing, and what is no character at all."""
CUT = "\n\n*More does not fit here: the whole review is in the files of the pipeline's run.*\n"
DETAILS = re.compile(r"<(/?)details\b[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What the hidden line says."""

    key: str
    commit: str
    is_superseded: bool = False

    def __str__(self) -> str:
        return f"bayplan-review key={self.key} commit={self.commit}" + " superseded" * self.is_superseded


def marker_of(text: str) -> Marker | None:
    """What the first line of a comment says; None for a comment that is none of ours."""
    found = SPOKEN.fullmatch(text.lstrip().partition("\n")[0].strip())
    return Marker(key=found["key"], commit=found["commit"], is_superseded=bool(found["old"])) if found else None


def written(forge: Shape, marker: Marker, body: str) -> str:
    """The comment: hidden line, a warning where the pull request has moved on, and as much of the body as fits.

    A body that begins with a hidden line of ours, as every rendered review does, gets this one in its place.
    """
    body = body.lstrip().partition("\n")[2] if marker_of(body) else body
    head = f"{forge.hide(str(marker))}\n\n" + (warning(marker.commit) if marker.is_superseded else "")
    return head + fitting(forge.suit(harmless(body)).strip(), forge.most_chars - length(head)) + "\n"


def superseded(forge: Shape, text: str) -> str:
    """An earlier comment of ours with the warning that the pull request has moved on; the same where it has one."""
    marker = marker_of(text)
    return text if marker is None or marker.is_superseded else written(forge, replace(marker, is_superseded=True), text)


def warning(commit: str) -> str:
    """What is said first of a review that no longer speaks of the newest commit."""
    return f"> **Superseded.** This is about commit `{commit[:12]}`; the pull request has moved on since.\n\n"


def harmless(text: str) -> str:
    """The text without what turns or hides writing, and without hidden lines that are not ours.

    What renders a review escapes all this already: a second lock on the same door.
    """
    return OPENING.sub(lambda found: "&lt;" if found[0] == "<" else "\\[", UNSAFE.sub("", text.replace("\r\n", "\n")))


def fitting(text: str, most_chars: int) -> str:
    """The text, or as many whole lines of it as there is room for, with folds closed and a word that it was cut."""
    if length(text) < most_chars:
        return text
    room, kept, depth = most_chars - length(CUT) - 1, 0, 0
    lines = text.splitlines(keepends=True)
    for position, line in enumerate(lines):
        now = depth + sum(-1 if found[1] else 1 for found in DETAILS.finditer(line))
        if kept + length(line) + now * len("\n\n</details>") > room:
            return "".join(lines[:position]).rstrip() + "\n\n</details>" * depth + CUT.rstrip("\n")
        kept, depth = kept + length(line), now
    return text


def length(text: str) -> int:
    """As the strictest forge counts: in units of UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def one_line(text: str) -> str:
    """A line for a commit status: nothing that hides, no line break, not too long."""
    line = " ".join(UNSAFE.sub("", text).split())
    return line if len(line) <= MOST_IN_STATUS else line[: MOST_IN_STATUS - 1].rstrip() + "…"


def speaks_of(text: str, commit: str) -> bool:
    """Whether a comment of ours is about this commit."""
    marker = marker_of(text)
    return marker is not None and is_same_commit(marker.commit, commit)
