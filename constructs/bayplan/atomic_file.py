"""Files that are either the old ones or the new ones, never half of each."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from bayplan.complaint import BadInput, Complaint


def write(path: Path, text: str) -> bool:
    """Put text into a file at once; False where it already said just that, and then nothing is touched.

    Written beside and renamed over it (POSIX rename is atomic), so that an interrupted run leaves the old file.
    Raises BadInput where the disk is full or read-only.
    """
    data = text.encode()
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as beside:
            _fill(beside.name, data, path)
    except OSError as error:
        raise BadInput([unwritable(str(path), str(error.strerror))]) from error
    return True


def _fill(beside: str, data: bytes, path: Path) -> None:
    try:
        with Path(beside).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def unwritable(file: str, why: str) -> Complaint:
    """The complaint about a place that cannot be written."""
    return Complaint(
        file=file,
        line=0,
        what=f"cannot be written: {why}",
        fix="Make room or give the right to write, and run it again; what stood there before is untouched.",
    )
