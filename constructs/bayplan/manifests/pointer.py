"""JSON pointers (RFC 6901): how findings name a part of an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container


def step(pointer: str, key: str | int) -> str:
    """The pointer of a part of the part at `pointer`."""
    text = str(key)
    if "~" in text or "/" in text:
        text = text.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{text}"


def pointer(*parts: str | int) -> str:
    """The pointer of a path of keys and indexes."""
    made = ""
    for part in parts:
        made = step(made, part)
    return made


def nearest(pointer: str, known: Container[str]) -> str:
    """The pointer itself where it is known, else that of the nearest part around it that is; "" at the end."""
    while pointer and pointer not in known:
        pointer = pointer.rpartition("/")[0]
    return pointer
