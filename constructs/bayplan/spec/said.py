"""What an app file handed to its words, before anybody judged it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Said(dict[str, Any]):
    """The parts of one word; `word` is the name of its class."""

    def __init__(self, word: str, parts: Mapping[str, Any]) -> None:
        super().__init__(parts)
        self.word = word


class Unplain:
    """Stands for a value that is no plain data: every judge refuses it, in words that name it."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __repr__(self) -> str:
        return self._kind
