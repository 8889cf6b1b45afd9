"""The parts of a review's report, one a module: each has `section(review) -> Section`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bayplan.report.review.line import Section
    from bayplan.review.review import Review

NAMES = ("effects", "needs", "findings", "plan", "pools", "traffic", "images", "changes", "unknown")
"""Modules of this folder, in the order of the report."""


class Part(Protocol):
    """The module of a section."""

    def section(self, review: Review, /) -> Section: ...  # noqa: D102


def sections(review: Review) -> list[Section]:
    """Every part that has something to tell."""
    found: list[Section] = []
    for name in NAMES:
        part: Part = import_module(f"{__name__}.{name}")
        section = part.section(review)
        if section.items:
            found.append(section)
    return found
