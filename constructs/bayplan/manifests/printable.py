"""Names of files as text: they are bytes, and not always text."""

from __future__ import annotations


def shown(name: str) -> str:
    """A name as it can be printed."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
