"""What is otherwise in a long text: by its keys where it is JSON or YAML, else by its lines."""

from __future__ import annotations

import json
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 64 << 10
"""Of a text that is read as a document: longer ones are compared by their lines."""
MOST_LINES = 5_000
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
    found = [one for one in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if one[0] != "equal"]
    for _, start, end, first, last in found[:MOST_PLACES]:
        yield where(start, end, first, last), "\n".join(old[start:end]), "\n".join(new[first:last])
    if len(found) > MOST_PLACES:
        yield f"{len(found) - MOST_PLACES} more places", "", ""


def where(start: int, end: int, first: int, last: int) -> str:
    """The lines of a place as they are now; as they were, for what is gone."""
    low, high = (first, last) if last > first else (start, end)
    return f"line {low + 1}" if high - low == 1 else f"lines {low + 1}-{high}"
