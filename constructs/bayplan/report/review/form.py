"""The forms of a review."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bayplan.review.review import Review


class Form(Protocol):
    """The module of a form."""

    def render(self, review: Review, /, *, color: bool) -> str: ...  # noqa: D102


def form(name: str) -> Form:
    """The module of a form: text, markdown, json, sarif, html."""
    module: Form = import_module(f"bayplan.report.review.{name}")
    return module
