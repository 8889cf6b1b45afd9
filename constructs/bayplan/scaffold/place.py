"""Files put into a folder: all of them or none, and never over somebody's work."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan import atomic_file
from bayplan.complaint import BadInput, Complaint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bayplan.scaffold.file import File


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What was done."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    """What was there already, just so."""


def place(folder: Path, files: Iterable[File]) -> Placed:
    """Write what is missing. Raises BadInput where a file is there and differs, or cannot be written: then none is."""
    wanted = sorted(files)
    judge(folder, wanted)
    missing = [file for file in wanted if not (folder / file.path).exists()]
    made: list[Path] = []
    try:
        for file in missing:
            target = folder / file.path
            made += [parent for parent in reversed(target.parents) if not parent.exists()]
            made.append(target)
            atomic_file.write(target, file.text)
            if file.is_script:
                target.chmod(0o755)
    except BaseException:
        for path in reversed(made):
            _remove(path)
        raise
    names = {file.path for file in missing}
    return Placed(
        written=tuple(file.path for file in missing),
        kept=tuple(file.path for file in wanted if file.path not in names),
    )


def judge(folder: Path, files: Iterable[File]) -> None:
    """BadInput with every file that stands in the way."""
    if complaints := [complaint for file in files for complaint in _in_the_way(folder, file)]:
        raise BadInput(complaints)


def _in_the_way(folder: Path, file: File) -> Iterator[Complaint]:
    steps = [folder.joinpath(*file.path.split("/")[: depth + 1]) for depth in range(file.path.count("/") + 1)]
    target = steps[-1]
    fix = "Move it away and run this again; then merge the two by hand."
    if folder.exists() and not folder.is_dir():
        yield Complaint(file=str(folder), line=0, what="is no folder", fix="Name another one.")
    elif link := next((step for step in steps if step.is_symlink()), None):
        yield Complaint(file=file.path, line=0, what=f"{link.name} is a symbolic link", fix="Put a real one there.")
    elif blocked := next((step for step in steps[:-1] if step.exists() and not step.is_dir()), None):
        yield Complaint(file=file.path, line=0, what=f"{blocked.name} is a file", fix="Move it away.")
    elif target.exists() and not (target.is_file() and _says(target, file.text)):
        yield Complaint(file=file.path, line=0, what="is there already, and says something else", fix=fix)


def _says(path: Path, text: str) -> bool:
    try:
        return path.read_bytes().replace(b"\r\n", b"\n") == text.encode()
    except OSError:
        return False


def _remove(path: Path) -> None:
    with suppress(OSError):  # somebody else has put something there meanwhile: it is theirs
        path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
