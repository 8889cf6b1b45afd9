"""Where in an object a variable stands."""

from __future__ import annotations

import re
from typing import Any

from bayplan.manifests.pointer import step

NAMED = re.compile(r"\"(\w+)\"|'(\w+)'|: (\w+)$")


def place_of_variable(body: Any, error: str) -> tuple[str, str]:  # noqa: ANN401 - whatever an object holds
    """Name of the variable that an error of substitution speaks of, and the pointer of the first text that uses it."""
    found = NAMED.search(error)
    name = next((group for group in found.groups() if group), "") if found else ""
    place = _place(body, re.compile(rf"(?<!\$)\$\{{?{re.escape(name)}\b"), "") if name else None
    return (name, place) if place is not None else ("", "")


def _place(node: Any, wanted: re.Pattern[str], pointer: str) -> str | None:  # noqa: ANN401 - whatever it holds
    if isinstance(node, str):
        return pointer if wanted.search(node) else None
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        place = _place(value, wanted, step(pointer, key))
        if place is not None:
            return place
    return None
