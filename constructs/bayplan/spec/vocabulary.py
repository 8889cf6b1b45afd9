"""Finds words by the path that leads to them, so that messages can name their keys."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from bayplan.spec.word import Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def word_at(root: type[Word], loc: Sequence[int | str]) -> type[Word] | None:
    """The word whose part a path of pydantic's names; None where the part does not belong to a word."""
    place: list[Any] = [root]
    for part in loc[:-1]:
        place = [member for annotation in place for member in _descend(annotation, part)]
    words = [member for member in place if isinstance(member, type) and issubclass(member, Word)]
    return words[0] if len(words) == 1 else None


def _descend(annotation: Any, part: int | str) -> Iterator[Any]:  # noqa: ANN401 - annotations have no type
    if isinstance(annotation, type) and issubclass(annotation, Word):
        if annotation.__name__ == part:
            yield annotation
        elif part in annotation.model_fields:
            yield from _members(annotation.model_fields[str(part)].annotation)
    elif get_origin(annotation) is tuple and isinstance(part, int):
        yield from _members(get_args(annotation)[0])
    elif get_origin(annotation) is dict:
        yield from _members(get_args(annotation)[1])


def _members(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - annotations have no type
    if get_origin(annotation) is Annotated:
        yield from _members(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation
