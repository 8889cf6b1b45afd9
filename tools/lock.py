"""One process at a time where two would build the same thing."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def alone(path: Path, what: str) -> Iterator[None]:
    """Hold the lock file `path` for the time of the block; say what is waited for where another process holds it.

    The kernel lets go of it when the process ends, however that happens (flock(2)); the file itself stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"  {what}: another process makes it now; waiting for it", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
