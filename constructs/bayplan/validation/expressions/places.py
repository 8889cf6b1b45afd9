"""Where expressions stand: paths in objects, with `*` for every item of a list and every key of a mapping."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.manifests.pointer import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEEPEST = 60


class Place(NamedTuple):
    """A text in an object."""

    text: str
    pointer: str


def texts_in(body: Any, paths: tuple[str, ...]) -> Iterator[Place]:  # noqa: ANN401 - what stands in the file
    """The texts at some paths, `spec.rules.*.regex`, in the order of the paths."""
    for path in paths:
        yield from _at(body, parts_of(path), ())


@lru_cache(maxsize=512)
def parts_of(path: str) -> tuple[str, ...]:
    """A path in its parts."""
    return tuple(path.split("."))


def _at(node: Any, path: tuple[str, ...], been: tuple[str | int, ...]) -> Iterator[Place]:  # noqa: ANN401
    if not path:
        if isinstance(node, str):
            yield Place(node, pointer(*been))
        return
    part, rest = path[0], path[1:]
    if part != "*":
        if isinstance(node, dict) and part in node:
            yield from _at(node[part], rest, (*been, part))
        return
    for key, value in children(node):
        yield from _at(value, rest, (*been, key))


def children(node: Any) -> Iterator[tuple[str | int, Any]]:  # noqa: ANN401
    """The items of a list, or the values of a mapping, each with its place."""
    if isinstance(node, list):
        yield from enumerate(node)
    elif isinstance(node, dict):
        yield from ((key, value) for key, value in node.items() if isinstance(key, str))


Path = tuple[str | int, ...]


def mappings_in(node: Any, been: Path = ()) -> Iterator[tuple[Mapping[str, Any], Path]]:  # noqa: ANN401
    """Every mapping, however deep, with the path to it."""
    if len(been) > DEEPEST:
        return
    if isinstance(node, dict):
        yield node, been
    for key, value in children(node):
        if isinstance(value, dict | list):
            yield from mappings_in(value, (*been, key))
