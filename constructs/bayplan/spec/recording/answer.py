"""What an app's process said: a stranger's data, whatever ran there, so nothing of it is used before it was judged.

JSON, never pickle. Words and values go on to the same judge as those of YAML files; what only we could have written,
the lines and the complaints, is held to what we would have written.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bayplan.complaint import Complaint, in_one_line
from bayplan.spec.said import Said, Unplain
from bayplan.spec.source import Place, Source

if TYPE_CHECKING:
    from pathlib import Path

WORD, UNPLAIN = "$word", "$unplain"
"""As the recorder writes them; not imported from there, since only the stage needs what lies behind it."""

DEPTH_MAX = 120
"""Twice what the recorder tells: a word is a dict of its own."""
TEXT_MAX = 500
LINE_MAX = 10**7

Text = Annotated[str, Field(max_length=2 * TEXT_MAX)]
Line = Annotated[int, Field(ge=0, le=LINE_MAX)]


class Wrong(BaseModel):
    """A complaint, as it travels."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    file: Text
    line: Line
    what: Text
    fix: Text


class Answer(BaseModel):
    """All that a process says."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    complaints: Annotated[list[Wrong], Field(max_length=1)]
    said: Any = None
    places: dict[str, Annotated[tuple[str, Line], Field(strict=False)]] = {}


def read(text: str) -> Answer | None:
    """What was said; None where that is none of our answers."""
    try:
        whole = json.loads(text, object_hook=_revive)
        return Answer.model_validate(whole) if _is_plain(whole, 0) else None
    except (ValueError, RecursionError, ValidationError):
        return None


def complaints_of(answer: Answer, root: Path, file: str) -> list[Complaint]:
    """What the process says is wrong, about no other file than its own and the code that is shared."""
    return [
        Complaint(
            file=wrong.file if _is_own(root, file, wrong.file) else file,
            line=wrong.line if _is_own(root, file, wrong.file) else 0,
            what=one_line(wrong.what),
            fix=one_line(wrong.fix),
        )
        for wrong in answer.complaints
    ]


def source_of(answer: Answer, root: Path, file: str) -> Source:
    """What the app said, with the lines of its own file and of shared code; others are not believed."""
    own = {one: _is_own(root, file, one) for one in {place[0] for place in answer.places.values()}}
    places = {pointer: Place(file=at[0], line=at[1]) for pointer, at in answer.places.items() if own[at[0]]}
    return Source(file=file, said=answer.said, places=places)


def one_line(text: str) -> str:
    """Text of a stranger, short, in one line."""
    return in_one_line(text[:TEXT_MAX])


def _is_own(root: Path, file: str, other: str) -> bool:
    if other == file:
        return True
    parts = other.split("/")
    if parts[0] != "apps" or ".." in parts or not other.endswith(".py") or not other.isprintable():
        return False
    try:
        return (root / other).is_file()
    except OSError:  # no file has so long a name
        return False


def _revive(part: dict[str, Any]) -> object:
    if UNPLAIN in part:
        return Unplain(one_line(str(part[UNPLAIN])))
    word = part.pop(WORD, None)
    return part if word is None else Said(one_line(str(word)), part)


def _is_plain(part: object, depth: int) -> bool:
    """Whether it is no deeper than apps are, and all text can be written down."""
    if depth > DEPTH_MAX:
        return False
    if isinstance(part, str):
        return part.isascii() or not any("\ud800" <= c <= "\udfff" for c in part)
    if isinstance(part, dict):
        return all(_is_plain(key, depth) and _is_plain(value, depth + 1) for key, value in part.items())
    if isinstance(part, list):
        return all(_is_plain(item, depth + 1) for item in part)
    return not isinstance(part, int) or abs(part) < 2**63
