"""Words without quotes that Kubernetes reads otherwise than most people: `y` is true, `010` is 8, `1_000` is 1000.

A pattern over the bytes finds the few files that may have some; only those are read again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yaml import MappingNode, ScalarNode, SequenceNode, YAMLError

from bayplan.manifests.composer import PLAIN, compose
from bayplan.manifests.pointer import step
from bayplan.manifests.scalar import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml import Node

_WORD = rb"[yYnN]|0[0-9]+|0o[0-7]+|[0-9]+(?:_[0-9]+)+|[0-9]+e[0-9]+"
_MAYBE = re.compile(rb"[:\-,\[{][ \t]+(?:" + _WORD + rb")[ \t]*(?:[,}\]\r\n#]|$)")
_ODD = re.compile(_WORD.decode())
_MODES = re.compile(r"/[^/]*[mM]ode[^/]*$|/[^/]*(?:umask|permissions?)[^/]*$", re.IGNORECASE)
"""Where octal numbers are meant: rights of files."""


def odd_words(data: bytes) -> tuple[tuple[tuple[str, str, object], ...], ...]:
    """For every document of a file: pointer, word, and what it is read as."""
    if not _MAYBE.search(data):
        return ()
    try:
        return tuple(tuple(_walk(node, "", 0)) for node in compose(data))
    except (YAMLError, RecursionError):
        return ()  # told by the reader


def _walk(node: Node, pointer: str, depth: int) -> Iterator[tuple[str, str, object]]:
    if depth > 100:
        return
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield from _walk(value, step(pointer, key.value), depth + 1)
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, step(pointer, index), depth + 1)
    elif node.tag is PLAIN and _ODD.fullmatch(node.value) and not (node.value[0] == "0" and _MODES.search(pointer)):
        yield pointer, node.value, resolve(node.value)
