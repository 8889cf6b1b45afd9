"""Where every key and item of a document was written, found when somebody first asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from yaml import MappingNode, SequenceNode

from bayplan.manifests.composer import compose
from bayplan.manifests.pointer import step
from bayplan.manifests.reader import Reader, is_merge, sources_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml import Node


class FileLines:
    """The lines of a whole file that could be read; found once for all of its documents."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @cached_property
    def documents(self) -> tuple[dict[str, int], ...]:
        """JSON pointer to line, for every document, the empty ones too."""
        reader = Reader("", aliases=False)
        return tuple(_lines_of(node, reader) for node in compose(self._data))

    @cached_property
    def odd(self) -> tuple[tuple[tuple[str, str, object], ...], ...]:
        """Words that are read otherwise than they look, for every document; nothing for most files."""
        from bayplan.manifests.odd import odd_words  # noqa: PLC0415 - few ask

        return odd_words(self._data)


class Lines(Mapping[str, int]):
    """JSON pointer to line, from 1. Most documents are well and nobody asks; for those who do, it is read again."""

    def __init__(self, file: FileLines, document: int, below: str = "") -> None:
        """Of the document with that number in a file; `below` is the pointer of the part that is meant."""
        self._file = file
        self._document = document
        self._below = below

    def below(self, pointer: str) -> Lines:
        """The lines of a part, by pointers that begin there."""
        return Lines(self._file, self._document, self._below + pointer)

    @property
    def odd(self) -> list[tuple[str, str, object]]:
        """Pointer, word and value of what is read otherwise than it looks."""
        found = self._file.odd[self._document] if self._document < len(self._file.odd) else ()
        cut = len(self._below)
        return [(pointer[cut:], *rest) for pointer, *rest in found if pointer.startswith(self._below)]  # type: ignore[misc]

    def __getitem__(self, pointer: str) -> int:
        return self._file.documents[self._document][self._below + pointer]

    def __iter__(self) -> Iterator[str]:
        cut = len(self._below)
        for pointer in self._file.documents[self._document]:
            if pointer == self._below or pointer.startswith(f"{self._below}/"):
                yield pointer[cut:]

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _lines_of(root: Node, reader: Reader) -> dict[str, int]:
    found: dict[str, int] = {}
    _note(root, "", root.start_mark.line + 1, found, reader)
    return found


def _note(node: Node, pointer: str, line: int, found: dict[str, int], reader: Reader) -> None:
    """Write down the line of a node and of all below it; what is said later takes the place of what was merged."""
    found[pointer] = line
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if is_merge(key):
                for source in reversed(sources_of(value)):
                    _note(source, pointer, line, found, reader)
            else:
                _note(value, step(pointer, reader.key(key)), key.start_mark.line + 1, found, reader)
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            _note(item, step(pointer, index), item.start_mark.line + 1, found, reader)
