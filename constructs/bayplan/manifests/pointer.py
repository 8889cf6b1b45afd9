"""JSON pointers (RFC 6901): how findings name a part of an object."""

from __future__ import annotations


def step(pointer: str, key: str | int) -> str:
    """The pointer of a part of the part at `pointer`."""
    text = str(key)
    if "~" in text or "/" in text:
        text = text.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{text}"
