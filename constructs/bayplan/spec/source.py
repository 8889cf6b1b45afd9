"""What one file says, before anybody has judged it: YAML and Python meet here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.complaint import Complaint
from bayplan.manifests.as_written import words_of
from bayplan.manifests.pointer import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something was written."""

    file: str
    """Below the repository's root, with `/`."""
    line: int
    """From 1; 0 where nobody knows."""

    def __str__(self) -> str:
        return f"{self.file}#L{self.line}"

    def complain(self, what: str, fix: str = "") -> Complaint:
        """A complaint about what was written here."""
        return Complaint(file=self.file, line=self.line, what=what, fix=fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Plain data, and the place of each of its parts."""

    file: str
    said: object
    places: Mapping[str, Place]
    """By JSON pointer (RFC 6901); "" is the whole."""
    data: bytes = b""
    """The text of a YAML file; none of Python's."""

    def written(self, pointer: str) -> str | None:
        """What stands without quotes at a pointer of a YAML file, before it was read as a number or as true."""
        return words_of(self.data).get(pointer) if self.data else None

    def place(self, pointer: str) -> Place:
        """Where the part at a pointer was written, or the nearest part around it."""
        return self.places.get(nearest(pointer, self.places)) or Place(file=self.file, line=0)
