"""The next tree, made beside the one that stands.

What did not change is the same file in both (a hard link), so that its time and its entry in git's index stay.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.render.swap import typed
from bayplan.render.synth_names import is_ours

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What lies in the output folder now."""

    files: Mapping[str, bytes]
    """What an earlier run wrote, by path below the folder."""
    kept: tuple[str, ...]
    """Files at the top that are not ours, such as README.md: no path of Flux holds them, and they stay as they are."""


def survey(out: Path) -> Standing:
    """Read what stands; BadInput with everything that bayplan neither wrote nor dares to touch.

    Refused are symlinks, since what they lead to is not ours, and strange files below the top: they would be lost when
    the tree is replaced, and Flux would not apply them, because no `kustomization.yaml` names them.
    """
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise BadInput([_complain(out, "is no folder", "Remove it, or write elsewhere with --out.")])
    if os.path.ismount(out):
        raise BadInput([_complain(out, "is a mount point, so no tree can take its place", "Write to a folder in it.")])
    files: dict[str, bytes] = {}
    kept: list[str] = []
    complaints: list[Complaint] = []
    for entry, path in _walk(out, "") if out.is_dir() else ():
        if why := _judge(entry, path):
            complaints.append(_complain(Path(entry.path), *why))
        elif "/" not in path:
            kept.append(path)
        else:
            files[path] = _read(entry.path)
    if complaints:
        raise BadInput(complaints)
    return Standing(files=files, kept=tuple(sorted(kept)))


def fill(staging: Path, out: Path, files: Mapping[str, bytes], standing: Standing) -> None:
    """Make the new tree and read every file of it back; OSError where that fails."""
    staging.mkdir()
    if out.is_dir():
        shutil.copymode(out, staging)
    # paths as text: ten thousand Path objects cost more than the files themselves
    old, new = f"{out}/", f"{staging}/"
    for folder in sorted({path.rpartition("/")[0] for path in files}):
        os.makedirs(new + folder, exist_ok=True)  # noqa: PTH103
    for path, data in files.items():
        if standing.files.get(path) != data or not _link(old + path, new + path):
            _write(new + path, data)
    for path in standing.kept:
        if not _link(old + path, new + path):
            shutil.copy2(old + path, new + path, follow_symlinks=False)
    for path, data in files.items():
        if _read(new + path) != data:
            raise OSError(None, "what was written reads back differently", path)


def _link(old: str, new: str) -> bool:
    """Whether the file system could give the old file to the new tree, too."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        return False
    return True


def _write(path: str, data: bytes) -> None:
    with open(path, "xb") as file:  # noqa: PTH123
        file.write(data)


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


def _walk(folder: Path | str, above: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Everything below a folder that is no folder, with its path; symlinks are told, never followed."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = f"{above}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{path}/")
            else:
                yield entry, path


def _judge(entry: os.DirEntry[str], path: str) -> tuple[str, str] | None:
    """What is wrong with a file that lies in the tree, and what to do."""
    if entry.is_symlink():
        return "is a symlink, which bayplan neither follows nor replaces", "Remove it."
    if not entry.is_file(follow_symlinks=False):
        return "is no regular file", "Remove it."
    if "/" in path and not is_ours(entry.name):
        return "was not written by bayplan, and Flux would not apply it", "Move it elsewhere, or remove it."
    return None


def _complain(path: Path, what: str, fix: str) -> Complaint:
    return Complaint(file=typed(path), line=0, what=what, fix=fix)
