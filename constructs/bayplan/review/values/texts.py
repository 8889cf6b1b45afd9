"""What is otherwise in a long text: by its keys where it is JSON or YAML, else by its lines."""

from __future__ import annotations

import json
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_BYTES = 64 << 10
"""Of a text that is read as a document: longer ones are compared by their lines."""
MOST_LINES = 5_000
FEW_LINES = 1_000
"""In both texts, up to which lines that stand there often count as well: beyond that it takes long."""
MOST_PLACES = 12
"""In one text that are told one by one."""
DOCUMENTS = (".json", ".yaml", ".yml")


def document(text: str, name: str) -> Any:  # noqa: ANN401 - whatever it holds
    """What a text holds that is a file of JSON or YAML by its name; None where it is none."""
    if not name.endswith(DOCUMENTS) or len(text) > MOST_BYTES or "&" in text:  # aliases may grow without end
        return None
    try:
        found = json.loads(text) if name.endswith(".json") else yaml.load(text, Loader=yaml.CSafeLoader)
    except (ValueError, yaml.YAMLError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def places(before: str, after: str) -> Iterator[tuple[str, str, str]]:
    """Lines that are otherwise: where (`line 3`, `lines 3-5`), what stood there, what stands there now."""
    old, new = before.splitlines(), after.splitlines()
    if old == new:
        yield "the end of its lines", "", ""
        return
    if max(len(old), len(new)) > MOST_LINES:
        yield f"{len(old):,} lines, now {len(new):,}", "", ""
        return
    head = alike(old, new)
    tail = alike(old[head:][::-1], new[head:][::-1])
    was, now = (side[head : len(side) - tail] for side in (old, new))
    matcher = SequenceMatcher(None, was, now, autojunk=len(was) + len(now) > FEW_LINES)
    found = [[head + number for number in one[1:]] for one in matcher.get_opcodes() if one[0] != "equal"]
    for start, end, first, last in found[:MOST_PLACES]:
        yield where(start, end, first, last), "\n".join(old[start:end]), "\n".join(new[first:last])
    if len(found) > MOST_PLACES:
        yield f"{len(found) - MOST_PLACES} more places", "", ""


def alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines are the same from the beginning on."""
    pairs = zip(old, new, strict=False)
    return next((number for number, (was, now) in enumerate(pairs) if was != now), min(len(old), len(new)))


def where(start: int, end: int, first: int, last: int) -> str:
    """The lines of a place as they are now; as they were, for what is gone."""
    low, high = (first, last) if last > first else (start, end)
    return f"line {low + 1}" if high - low == 1 else f"lines {low + 1}-{high}"
