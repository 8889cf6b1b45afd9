"""What lies outside of the folder that is judged, and inside of the repository that it is a part of.

An overlay that is judged alone lists `../../base`: to whoever applies it the whole repository is there. Only what such
a folder names is looked at; nothing else out there is judged.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput
from bayplan.manifests import yaml
from bayplan.manifests.lines import FileLines, Lines
from bayplan.manifests.read import objects

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.place import Place

LARGEST = 16 << 20
"""Bytes of a file; the program that builds takes no larger ones."""


class Beyond:
    """The repository around a folder."""

    def __init__(self, place: Place | None) -> None:
        self._place = place
        self._read: dict[str, tuple[Manifest, ...]] = {}

    @property
    def root(self) -> Path | None:
        """The folder itself, without symbolic links on the way to it."""
        return self._place.root if self._place is not None else None

    @property
    def top(self) -> Path | None:
        """The repository that it is a part of; None if there is none, or if it is one itself."""
        return self._place.top if self._place is not None else None

    @property
    def below(self) -> str:
        """The path from the repository to the folder."""
        return self.root.relative_to(self.top).as_posix() if self.root is not None and self.top is not None else ""

    def has(self, path: str) -> bool:
        """Whether a path that leads out of the folder leads to something in the repository."""
        if not path.startswith("../") and path != "..":
            return False
        if self.root is None or self.top is None or len(PurePosixPath(path).parts) > 100:
            return False
        try:
            there = (self.root / path).resolve()
            return there.is_relative_to(self.top) and there.exists()
        except (OSError, RuntimeError, ValueError):
            return False

    def objects(self, file: str) -> tuple[Manifest, ...]:
        """The objects of a file in the repository, by its path from the folder."""
        if file not in self._read:
            self._read[file] = self._objects(file) if self.has(file) else ()
        return self._read[file]

    def _objects(self, file: str) -> tuple[Manifest, ...]:
        path = Path(self.root or "", file)
        try:
            if not path.is_file() or path.stat().st_size > LARGEST:
                return ()
            data = path.read_bytes()
            lines, documents = FileLines(data), list(yaml.read(data, file=file))
        except (OSError, BadInput):
            return ()
        return tuple(
            manifest
            for one in documents
            for manifest in objects(one.body, file, one.line, Lines(lines, one.number), has_null=one.has_null)
        )
