"""One object at two revisions: what is told to be otherwise in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.review.step import compared

if TYPE_CHECKING:
    from bayplan.review.review import Part


def parts(base: str, head: str) -> list[Part]:
    """What is otherwise in the one object of both texts."""
    (cluster,) = compared(base, head)
    (pair,) = cluster.pairs
    return [*pair.parts]


def told(base: str, head: str) -> list[str]:
    """The same in lines: path, before, after."""
    return [f"{one.path}: {one.before} -> {one.after}" for one in parts(base, head)]
