"""Writes into every word where it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import step
from bayplan.spec.word import Word

if TYPE_CHECKING:
    from bayplan.spec.source import Source


def sign(said: object, source: Source, pointer: str = "", written: object = ...) -> None:
    """Sign a word and all words in it. Defaults that nobody wrote stay unsigned: they are shared between words."""
    written = source.said if written is ... else written
    if isinstance(said, Word) and isinstance(written, dict):
        said.write_origin(str(source.place(pointer)))
        for key in written:
            sign(getattr(said, key), source, step(pointer, key), written[key])
    elif isinstance(said, tuple) and isinstance(written, list):
        for number, (item, text) in enumerate(zip(said, written, strict=True)):
            sign(item, source, step(pointer, number), text)
    elif isinstance(said, dict) and isinstance(written, dict):
        for key, value in said.items():
            sign(value, source, step(pointer, key), written[key])
