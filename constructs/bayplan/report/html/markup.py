"""HTML as a tree of functions: what is text is escaped, without exception."""

from __future__ import annotations

from html import escape
from typing import TypeAlias

TIMES = "\N{MULTIPLICATION SIGN}"
VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
"""Elements without content and without an end."""


class Markup(str):
    """Text that is HTML already: only `tag` and `join` make it, and the page's own style."""

    __slots__ = ()


Child: TypeAlias = "str | int | None"
"""Text, a number, or markup; None is nothing."""


def tag(name: str, /, *children: Child, **attributes: str | float | bool | None) -> Markup:
    """An element. `class_` and `for_` lose their underscore, others have `-` for `_`; False and None are left out."""
    said = "".join(
        _attribute(key, value) for key, value in attributes.items() if value is not None and value is not False
    )
    if name in VOID:
        return Markup(f"<{name}{said}>")
    return Markup(f"<{name}{said}>{join(*children)}</{name}>")


def join(*children: Child) -> Markup:
    """Parts one after the other; all that is no markup is escaped."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(str(child), quote=True)
            for child in children
            if child is not None
        )
    )


def _attribute(key: str, value: str | float | bool) -> str:
    name = key.rstrip("_") if key.endswith("_") else key.replace("_", "-")
    if value is True:
        return f" {name}"
    said = f"{value:.5g}" if isinstance(value, float) else escape(str(value), quote=True)
    return f' {name}="{said}"'
