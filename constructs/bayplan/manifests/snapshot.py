"""A folder of a repository as a commit has it, or as it stands in the working tree. The checkout is not touched.

It is a Place, too: what must be built is written to a folder of its own when somebody asks for that, and is gone with
the snapshot. Links are left out, as Flux leaves them out of what it fetches.
"""

from __future__ import annotations

import posixpath
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bayplan.manifests.blobs import contents
from bayplan.manifests.git import git, refused
from bayplan.manifests.listing import Sort, inside, missing_from, of_commit, of_working_tree
from bayplan.manifests.place import NEAR
from bayplan.manifests.printable import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bayplan.manifests.listing import Entry

LARGEST = 16 << 20
"""Bytes of a file that is written to be built; the program that builds takes no larger ones."""


class Snapshot:
    """What a folder, or a file, of a repository holds at one time."""

    def __init__(self, repository: Path, commit: str, below: str) -> None:
        """Of a commit, by its full hash, or of the working tree where that is "". `below` is a path from the top."""
        self.repository = repository
        self.commit = commit
        self._below = "" if below == "." else below
        self._written: TemporaryDirectory[str] | None = None
        self._inner: set[str] = set()

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """What lies in the folder, by path from there, whatever it is; a file by its name."""
        return inside(self._listing, self._below)

    @cached_property
    def folder(self) -> str:
        """The folder from the top; of a file, the one that it lies in."""
        return posixpath.dirname(self._below) if self._below in self._listing else self._below

    @cached_property
    def around(self) -> Mapping[str, Entry]:
        """All that the repository holds, by path from the top."""
        return self._list(())

    @cached_property
    def submodules(self) -> tuple[str, ...]:
        """Folders that are other repositories, by path from the top."""
        return tuple(shown(name) for name, entry in self._listing.items() if entry.sort is Sort.SUBMODULE)

    def load(self, blobs: Iterable[str], most: int) -> dict[str, bytes]:
        """What git has behind hashes; without what is larger than `most` bytes. BadInput for what is not here."""
        asked = set(blobs)
        lacking = asked & self._missing if asked else set()
        if lacking:
            count = "1 file" if len(lacking) == 1 else f"{len(lacking):,} files"
            fix = f"Fetch them first: git archive --output=/dev/null {self._revision} -- {self._below or '.'}"
            raise refused(self._revision, f"has {count} that are not in this clone, which is a partial one", fix)
        return contents(self.repository, sorted(asked), most=most)

    @property
    def root(self) -> Path:
        """The folder, with all its files."""
        if self._stands:
            return self._in_working_tree
        self._write(self._listing)
        return self._place / self.folder if self.folder else self._place

    @property
    def top(self) -> Path | None:
        """The repository around it, with all its files; None where it is that itself."""
        if not self.folder:
            return None
        if self._stands:
            return self.repository.resolve()
        self._write(self.around)
        return self._place

    def names(self) -> list[str]:
        """Names of what lies in the upper levels of the folder and of the repository."""
        found: dict[str, None] = {}
        for listed in (self.entries, self.around):
            for name in listed:
                found |= dict.fromkeys(name.split("/")[:NEAR])
        return list(found)

    def close(self) -> None:
        """Remove what was written."""
        if self._written is not None:
            self._written.cleanup()
            self._written = None

    @cached_property
    def _listing(self) -> Mapping[str, Entry]:
        return self._list((self._below,))

    def _list(self, below: Iterable[str]) -> Mapping[str, Entry]:
        if self.commit:
            return of_commit(self.repository, self.commit, below)
        return of_working_tree(self.repository, below)

    @property
    def _revision(self) -> str:
        return self.commit or "HEAD"

    @cached_property
    def _missing(self) -> frozenset[str]:
        return missing_from(self.repository, self._revision)

    @cached_property
    def _in_working_tree(self) -> Path:
        return (self.repository / self.folder).resolve()

    @cached_property
    def _stands(self) -> bool:
        """Whether the folder itself can be built: it holds nothing but what the snapshot has."""
        if self.commit or any(entry.blob or entry.sort is Sort.SUBMODULE for entry in self._listing.values()):
            return False
        where = ["--", self._below] if self._below else []
        asked = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory", *where]
        ignored = git(self.repository, "--literal-pathspecs", *asked).stdout
        return not ignored

    @cached_property
    def _place(self) -> Path:
        self._written = TemporaryDirectory(prefix="bayplan-")
        place = Path(self._written.name).resolve() / "tree"
        (place / self.folder).mkdir(parents=True)
        return place

    def _write(self, entries: Mapping[str, Entry]) -> None:
        """Write files that are not written yet; what a partial clone lacks and what is too large is left out."""
        new = {name: one for name, one in entries.items() if one.sort is Sort.FILE and name not in self._inner}
        self._inner |= new.keys()
        there = {one.blob for one in new.values()} - {""}
        known = self.load(there - self._missing, LARGEST) if there else {}
        for name, entry in new.items():
            target = self._place / name
            try:
                data = known.get(entry.blob) if entry.blob else self._on_disk(name)
                if data is not None:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data)
            except (FileExistsError, NotADirectoryError, IsADirectoryError, FileNotFoundError):
                continue  # a name that is a file and a folder at once, as only a forged tree has it

    def _on_disk(self, name: str) -> bytes | None:
        path = self.repository / name
        return path.read_bytes() if path.stat().st_size <= LARGEST else None

    def leads_to_folder(self, name: str) -> bool:
        """Whether a link leads to a folder, of this repository or of whatever machine it is on."""
        entry = self.entries[name]
        where = posixpath.join(self.folder, name)
        if entry.blob:
            target = self.load([entry.blob], LARGEST).get(entry.blob, b"").decode("utf-8", "surrogateescape")
        else:
            target = (self.repository / where).readlink().as_posix()
        path = posixpath.normpath(posixpath.join(posixpath.dirname(where), target))
        return target.startswith("/") or path == "." or any(one.startswith(f"{path}/") for one in self.around)
