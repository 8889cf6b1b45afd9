"""One folder takes the place of another, at once.

Linux exchanges two names in one step (renameat2 with RENAME_EXCHANGE, https://man7.org/linux/man-pages/man2/rename.2.html),
so a process killed at any moment leaves the whole old tree or the whole new one. Where that is missing (macOS, some
network file systems) two renames do it; killed between them, the old tree lies beside and the next run puts it back.

Nothing is forced to the disk: after a power cut the next run finds what differs and writes it again.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bayplan.atomic_file import unwritable
from bayplan.complaint import BadInput, Complaint

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXCHANGE = 2
_AT_FDCWD = -100
_PATIENCE_SECONDS = 60.0


@contextlib.contextmanager
def stage_for(out: Path) -> Iterator[Path]:
    """A place beside `out` for its successor, while no other run touches either; cleared before and after.

    The lock is on the folder that holds `out`: it needs no file of its own, and ends with the process. Raises BadInput
    where something cannot be read or written, and when another run does not come to an end.
    """
    staging, aside = _beside(out, "new"), _beside(out, "old")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with _locked(out):
            _recover(out, aside)
            _remove(staging)
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise BadInput([unwritable(typed(out), f"{error.strerror or error}{where}")]) from error


def swap_in(staging: Path, out: Path) -> None:
    """Let `staging` be `out`; what was there lies at `staging` then, or nowhere."""
    if not out.exists():
        staging.rename(out)
    elif not _exchange(staging, out):
        aside = _beside(out, "old")
        out.rename(aside)
        staging.rename(out)
        aside.rename(staging)


def typed(path: Path) -> str:
    """A path as the user would type it: from the current folder where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _exchange(one: Path, other: Path) -> bool:
    """Whether the system could exchange the two names."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), ctypes.c_uint(_EXCHANGE)) == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP}:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _recover(out: Path, aside: Path) -> None:
    if aside.is_dir() and not aside.is_symlink() and not os.path.lexists(out):
        aside.rename(out)
    _remove(aside)


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


@contextlib.contextmanager
def _locked(out: Path) -> Iterator[None]:
    folder = os.open(out.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(folder, out)
        yield
    finally:
        os.close(folder)


def _lock(folder: int, out: Path) -> None:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                what = f"another bayplan has been writing here for {_PATIENCE_SECONDS:.0f} s"
                raise BadInput([Complaint(file=typed(out), line=0, what=what, fix="Wait for it, or end it.")]) from None
            time.sleep(0.05)
        else:
            return


def _beside(out: Path, what: str) -> Path:
    return out.with_name(f".{out.name}.bayplan-{what}")
