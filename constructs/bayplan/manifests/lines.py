"""Where every key and item of a document was written, found when somebody first asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from yaml import MappingNode, SequenceNode

from bayplan.manifests.composer import compose
from bayplan.manifests.pointer import step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml import Node


class Lines(Mapping[str, int]):
    """JSON pointer to line, from 1. Most documents are well and nobody asks; for those who do, it is read again."""

    def __init__(self, data: bytes, document: int, below: str = "") -> None:
        """Of the document with that number in a file's bytes; `below` is the pointer of the part that is meant."""
        self._data = data
        self._document = document
        self._below = below
        self._found: dict[str, int] | None = None

    def _lines(self) -> dict[str, int]:
        if self._found is None:
            root = next(node for number, node in enumerate(compose(self._data)) if number == self._document)
            found = dict(_walk(root, "", set()))
            cut = len(self._below)
            self._found = {
                pointer[cut:]: line
                for pointer, line in found.items()
                if pointer == self._below or pointer.startswith(f"{self._below}/")
            }
        return self._found

    def below(self, pointer: str) -> Lines:
        """The lines of a part, by pointers that begin there."""
        return Lines(self._data, self._document, self._below + pointer)

    def __getitem__(self, pointer: str) -> int:
        return self._lines()[pointer]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines())

    def __len__(self) -> int:
        return len(self._lines())


def _walk(node: Node, pointer: str, open_nodes: set[int]) -> Iterator[tuple[str, int]]:
    yield pointer, node.start_mark.line + 1
    if id(node) in open_nodes:
        return
    if isinstance(node, MappingNode):
        for key, value in node.value:
            for below, line in _walk(value, step(pointer, key.value), open_nodes | {id(node)}):
                yield below, key.start_mark.line + 1 if below == step(pointer, key.value) else line
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, step(pointer, index), open_nodes | {id(node)})
