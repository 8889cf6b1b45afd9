"""Where the files of a tree lie, for who must look at more than its manifests: who builds it, and what is around it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

NEAR = 3
"""Levels of folders in which the names of files are asked for."""


class Place(Protocol):
    """A folder and the repository around it. Both may be written only when they are asked for."""

    @property
    def root(self) -> Path:
        """The folder, without symbolic links on the way to it."""

    @property
    def top(self) -> Path | None:
        """The repository that it is a part of; None if there is none, or if it is one itself."""

    def names(self) -> list[str]:
        """Names of what lies in the upper levels of both."""


class Folder:
    """A folder that is there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def root(self) -> Path:
        """The folder itself."""
        return self._path.resolve()

    @cached_property
    def top(self) -> Path | None:
        """The nearest folder above that is a repository of git."""
        if (self.root / ".git").exists():
            return None
        return next((folder for folder in self.root.parents if (folder / ".git").exists()), None)

    def names(self) -> list[str]:
        """Names of what is there in the upper levels."""
        patterns = ["/".join("*" * level) for level in range(1, NEAR + 1)]
        try:
            roots = sorted({self.root, self.top or self.root})
            return [one.name for root in roots for pattern in patterns for one in root.glob(pattern)]
        except OSError:
            return []
