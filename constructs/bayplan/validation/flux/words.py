"""Where in an object a variable stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import step
from bayplan.validation.fields import is_variable
from bayplan.validation.flux.built import Built

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest

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


def open_in(manifest: Manifest, pointer: str) -> str:
    """Why a part of a built object is not known, in words: a variable in it has a value that is not in this tree."""
    if not isinstance(manifest, Built):
        return ""
    node: Any = manifest.body
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        inner = node.get(key) if isinstance(node, dict) else None
        if isinstance(node, list) and key.isdigit() and int(key) < len(node):
            inner = node[int(key)]
        if inner is None:
            return ""
        node = inner
    return "the value of a variable in it is not in this tree" if _holds_variable(node) else ""


def _holds_variable(node: Any) -> bool:  # noqa: ANN401 - whatever an object holds
    if isinstance(node, str):
        return is_variable(node)
    items = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return any(_holds_variable(item) for item in items)
