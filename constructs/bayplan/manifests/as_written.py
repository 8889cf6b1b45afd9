"""Words as somebody wrote them: `1.10` before it was a number, `N` before it was false."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yaml import MappingNode, SequenceNode

from bayplan.manifests.composer import PLAIN, compose
from bayplan.manifests.pointer import step
from bayplan.manifests.scalar import plain_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml import Node

_MAYBE = re.compile(
    rb"(?:^|[{,?]|-[ ])[ \t]*(?:[yYnN]|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF|[tT]rue|TRUE|[fF]alse|FALSE"
    rb"|[-+.0-9][-+._0-9A-Za-z]*)[ \t]*:",
    re.MULTILINE,
)
"""Finds the few files that may have a key that is no text; only those are read again."""


def words_of(data: bytes) -> dict[str, str]:
    """By JSON pointer, the text of what stands without quotes in the first document of a file that can be read."""
    first = next(compose(data), None)
    return dict(_words(first, "")) if first else {}


def odd_keys(data: bytes) -> Iterator[tuple[int, str, str]]:
    """Keys of a readable file that become another text: the line, what stands there, what Kubernetes makes of it."""
    if _MAYBE.search(data):
        for node in compose(data):
            yield from _keys(node)


def _words(node: Node, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            name = plain_key(key.value) if key.tag is PLAIN else key.value
            yield from _words(value, step(pointer, name or ""))
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            yield from _words(item, step(pointer, index))
    elif node.tag is PLAIN:
        yield pointer, node.value


def _keys(node: Node) -> Iterator[tuple[int, str, str]]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            read = plain_key(key.value) if key.tag is PLAIN else None
            if read is not None and read != key.value:
                yield key.start_mark.line + 1, key.value, read
            yield from _keys(value)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _keys(item)
