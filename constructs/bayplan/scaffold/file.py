"""A file that a repository begins with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WORD = re.compile(r"__([A-Z]+)__")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class File:
    """One file, as it is to be."""

    path: str
    """Below the repository, with `/`."""
    text: str
    is_script: bool = False
    """Whether it can be started."""


def filled(source: str, path: str, words: Mapping[str, str]) -> File:
    """A file of `files/` with its `__WORDS__` said; a word that nobody says is an error of ours."""
    text = files("bayplan.scaffold").joinpath("files", source).read_text(encoding="utf-8")
    return File(path=path, text=WORD.sub(lambda found: words[found[1]], text), is_script=source.endswith(".sh"))


def requirement() -> str:
    """What pipelines install: the bayplan that writes them."""
    return f"bayplan=={version('bayplan')}"
