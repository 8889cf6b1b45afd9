"""YAML as Kubernetes reads it, with the line of every part; and our way of writing it.

libyaml (through PyYAML) finds the structure, go-yaml's table in scalar.py says what words mean.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yaml import MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests.composer import compose, too_deep
from bayplan.manifests.lines import FileLines, Lines
from bayplan.manifests.merge import complaint, line_of_mark
from bayplan.manifests.reader import MAX_DEPTH, Reader, UselessError
from bayplan.manifests.writer import write

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MAX_BYTES", "Document", "read", "write"]

MAX_BYTES = 64 << 20
"""A file above this is refused: no manifest is so large, and nobody waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a file."""

    body: Any
    """Plain data with the types that Kubernetes would see."""
    line: int
    """Line of its first key, from 1."""
    number: int
    """Its place in the file, from 0, with those that say nothing counted."""
    lines: Lines
    """JSON pointer to line, for every key and item."""
    has_null: bool
    """Whether any value in it is null."""


def read(data: bytes, *, file: str) -> tuple[Document, ...]:
    """All documents of a file; those that say nothing are left out.

    Raises BadInput for what Kubernetes would not read, or would read otherwise than it looks: broken YAML, tabs, a key
    twice, tags without meaning, aliases without end. All of them at once, as far as the text can be read.
    """
    if len(data) > MAX_BYTES:
        raise too_large(file)
    if line := line_of_mark(data):
        raise BadInput([complaint(file, line)])
    reader, lines = Reader(file, aliases=b"&" in data), FileLines(data)
    documents: list[Document] = []
    try:
        if line := too_deep(data, MAX_DEPTH):
            raise BadInput([Complaint(file=file, line=line, what=f"nested more than {MAX_DEPTH} levels deep", fix="")])
        with collection_paused():
            for number, node in enumerate(compose(data)):
                nulls, body = reader.nulls, reader.value(node)
                if body is not None:
                    documents.append(
                        Document(
                            body=body,
                            line=node.start_mark.line + 1,
                            number=number,
                            lines=Lines(lines, number),
                            has_null=reader.nulls > nulls,
                        )
                    )
    except UselessError:
        pass
    except YAMLError as error:
        reader.complaints.append(_broken(error, data, file))
    if reader.complaints:
        raise BadInput(reader.complaints)
    return tuple(documents)


def too_large(file: str) -> BadInput:
    """What is said of a file that nobody would wait for."""
    return BadInput([Complaint(file=file, line=0, what=f"is larger than {MAX_BYTES >> 20} MiB", fix="Split it.")])


@contextmanager
def collection_paused() -> Iterator[None]:
    """Reading makes no garbage: the collector would walk the growing tree again and again, for a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _broken(error: YAMLError, data: bytes, file: str) -> Complaint:
    if isinstance(error, ReaderError):
        line = data[: error.position].count(b"\n") + 1
        return Complaint(file=file, line=line, what=f"is no text: {error.reason}", fix="Save it as UTF-8.")
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Complaint(file=file, line=0, what=f"is no YAML: {error}", fix="")
    line = error.problem_mark.line + 1
    text = data.decode("utf-8", "replace").splitlines()
    written = text[line - 1] if line <= len(text) else ""
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return Complaint(file=file, line=line, what="a tab at the beginning of the line", fix="Indent with blanks.")
    began = error.context_mark.line + 1 if error.context_mark else line
    where = f", in what begins in line {began}" if began != line else ""
    return Complaint(
        file=file,
        line=line,
        what=f"is no YAML: {error.problem}{where}: {written.strip()[:80]!r}",
        fix="Look at the colons, brackets, quotes and blanks around it.",
    )
