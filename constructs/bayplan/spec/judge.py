"""From what files say to words, or to everything that is wrong with what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests.as_written import odd_keys
from bayplan.manifests.yaml import read
from bayplan.spec.folder import shown
from bayplan.spec.signature import sign
from bayplan.spec.source import Place, Source
from bayplan.spec.word import Word
from bayplan.spec.wording import complain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

AnyWord = TypeVar("AnyWord", bound=Word)


def read_yaml(root: Path, files: Iterable[Path], complaints: list[Complaint]) -> list[Source]:
    """What YAML files say; files that cannot be read, or hold more than one document, are complained about."""
    sources = []
    for path in files:
        file = shown(root, path)
        try:
            data = path.read_bytes()
            documents = read(data, file=file)
        except BadInput as bad:
            complaints.extend(bad.complaints)
            continue
        except OSError as error:
            complaints.append(Complaint(file=file, line=0, what=f"cannot be read: {error.strerror}"))
            continue
        if len(documents) != 1:
            what = "the file holds several documents" if documents else "the file is empty"
            line = documents[1].line if documents else 0
            complaints.append(Complaint(file=file, line=line, what=what, fix="Write one app or cluster a file."))
            continue
        lines = {"": documents[0].line} | dict(documents[0].lines)
        places = {pointer: Place(file=file, line=line) for pointer, line in lines.items()}
        complaints.extend(_keys(file, data))
        sources.append(Source(file=file, said=documents[0].body, places=places, data=data))
    return sources


def _keys(file: str, data: bytes) -> Iterator[Complaint]:
    """A setting called `N` would be called `false`, and nobody would know why it is not there."""
    for line, text, read_as in odd_keys(data):
        what = f"the key {text} is read as {read_as}"
        yield Complaint(file=file, line=line, what=what, fix=f'Put it in quotes: "{text}".')


def judge(word: type[AnyWord], sources: Iterable[Source], complaints: list[Complaint]) -> list[tuple[AnyWord, Source]]:
    """The words that sources say, signed with their lines, each beside its source."""
    judged = []
    for source in sources:
        try:
            said = word.model_validate(source.said)
        except ValidationError as error:
            complaints.extend(complain(error, word, source))
            continue
        sign(said, source)
        judged.append((said, source))
    return judged
