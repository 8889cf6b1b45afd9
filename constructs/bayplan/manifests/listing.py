"""What lies in a repository at a revision, or in its working tree: names, and what each is; nothing is read yet."""

from __future__ import annotations

import os
import posixpath
import stat
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from bayplan.manifests.git import git, names_in, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

LONGEST_PATH, LONGEST_NAME = 3_000, 255
"""Bytes that a file system takes, with room for where it is written to."""
SKIPPED = "S"
"""Mark of `git ls-files -t` for what a sparse checkout leaves out."""


class Sort(Enum):
    """What a name stands for."""

    FILE = "file"
    LINK = "symbolic link"
    SUBMODULE = "submodule"
    OTHER = "other"
    """A pipe, a socket, a device."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands behind a name."""

    sort: Sort
    blob: str = ""
    """Hash by which git has it; "" for what is read from the working tree."""


SORTS = {"10": Sort.FILE, "12": Sort.LINK, "16": Sort.SUBMODULE}
"""By the first digits of a mode: 100644, and 100664 of old repositories."""


def of_commit(top: Path, commit: str, below: Iterable[str] = ()) -> dict[str, Entry]:
    """Everything in a commit that lies below some paths, by its path from the top; all of it where none is said."""
    told = git(top, "--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit, *paths(below))
    if told.returncode:
        what = f"cannot be read: {told.stderr.decode('utf-8', 'replace').strip()[-200:]}"
        raise refused(commit, what, "Fetch it whole: a clone without --filter=tree:0.")
    found = {}
    for line in names_in(told.stdout):
        about, _, name = line.partition("\t")
        mode, _, blob = about.split(" ")
        if is_plain(name):
            found[name] = Entry(SORTS.get(mode[:2], Sort.OTHER), blob)
    return found


def of_working_tree(top: Path, below: Iterable[str] = ()) -> dict[str, Entry]:
    """Everything in the working tree that git knows or would take: what is ignored is left out.

    A path that is ignored as a whole was asked for by name, and shown. What a sparse checkout leaves out is there
    all the same, as the index has it.
    """
    asked = paths(below)
    tracked = git(top, "--literal-pathspecs", "ls-files", "-z", "-t", "--stage", *asked)
    others = git(top, "--literal-pathspecs", "ls-files", "-z", "--others", "--exclude-standard", *asked)
    sort_of = sorts_on_disk(top)
    found = {}
    for line in names_in(tracked.stdout):
        about, _, name = line.partition("\t")
        mark, mode, blob, _ = about.split(" ")
        sort = Sort.SUBMODULE if SORTS.get(mode[:2]) is Sort.SUBMODULE else sort_of(name)
        if sort is not None:
            found[name] = Entry(sort)
        elif mark == SKIPPED:
            found[name] = Entry(SORTS.get(mode[:2], Sort.OTHER), blob)
    names = names_in(others.stdout)
    if asked and not found and not names:
        names = names_in(git(top, "--literal-pathspecs", "ls-files", "-z", "--others", *asked).stdout)
    for name in names:
        sort = Sort.SUBMODULE if name.endswith("/") else sort_of(name)
        if sort is not None:
            found[name.rstrip("/")] = Entry(sort)
    return dict(sorted(found.items()))


def sorts_on_disk(top: Path) -> Callable[[str], Sort | None]:
    """Who says what a name is in the working tree; None for nothing, or for what a link leads to."""

    known = {"": True}

    def is_folder(folder: str) -> bool:
        """Whether a folder and all above it are no links; asked from the top, since names may be deep."""
        if folder not in known:
            above = True
            for end in (*(at for at, letter in enumerate(folder) if letter == "/"), len(folder)):
                above = known.setdefault(folder[:end], above and is_real_folder(f"{top}/{folder[:end]}"))
        return known[folder]

    def sort_of(name: str) -> Sort | None:
        try:
            mode = os.lstat(f"{top}/{name}").st_mode
        except OSError:
            return None
        if stat.S_ISDIR(mode) or not is_folder(posixpath.dirname(name)):
            return None
        return Sort.FILE if stat.S_ISREG(mode) else Sort.LINK if stat.S_ISLNK(mode) else Sort.OTHER

    return sort_of


def is_real_folder(path: str) -> bool:
    """Whether a path is a folder, and no link to one."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def missing_from(top: Path, commit: str) -> frozenset[str]:
    """Hashes of what a partial clone has not got of a commit; nothing for any other clone."""
    if git(top, "config", "--get-regexp", r"^remote\..*\.promisor$|^extensions\.partialclone$").returncode:
        return frozenset()
    told = git(top, "rev-list", "--objects", "--no-object-names", "--missing=print", "--no-walk", commit)
    return frozenset(line[1:] for line in told.stdout.decode().split() if line.startswith("?"))


def is_plain(name: str) -> bool:
    """Whether a name stays in its folder wherever it is written to: a tree of git is only as good as who made it."""
    parts = name.split("/")
    is_long = len(name) > LONGEST_PATH or any(len(part) > LONGEST_NAME for part in parts)
    return not is_long and not any(part in ("", ".", "..") or part.lower() == ".git" for part in parts)


def paths(below: Iterable[str]) -> list[str]:
    """Paths as arguments; the top itself needs none."""
    said = [path for path in below if path not in ("", ".")]
    return ["--", *said] if said else []


def inside(entries: Mapping[str, Entry], below: str) -> dict[str, Entry]:
    """What lies in a folder, by the path from there; a file by its name."""
    if below in ("", "."):
        return dict(entries)
    if below in entries:
        return {posixpath.basename(below): entries[below]}
    return {name[len(below) + 1 :]: entry for name, entry in entries.items() if name.startswith(f"{below}/")}
