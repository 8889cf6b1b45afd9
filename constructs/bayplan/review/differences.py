"""What is otherwise in an object, value by value, lists compared by their keys and without what means nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import step
from bayplan.review.review import Part
from bayplan.validation.likeness import settled

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 200
"""Letters of a value that are told."""


def parts_of(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Part]:
    """Every value that is otherwise."""
    yield from _parts(settled(before), settled(after), "", "")


def _parts(old: object, new: object, pointer: str, path: str) -> Iterator[Part]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys(), key=str):
            yield from _parts(old.get(key), new.get(key), step(pointer, str(key)), f"{path}.{key}".lstrip("."))
    elif old != new:
        yield Part(pointer=pointer, path=path, before=shown(old), after=shown(new))


def shown(value: object) -> str:
    """A value as JSON, shortened; nothing for None."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
