"""What an app's process may use up, with `--sandbox` or without; set before the first line of the app runs."""

from __future__ import annotations

import math
import resource
from contextlib import suppress

SAID_MAX = 8 * 2**20
MEMORY_MAX = 2**30
OPEN_FILES_MAX = 64


def set_up(seconds: float) -> None:
    """Limit this process for good, each limit where the system knows it."""
    for limit, most in (
        (resource.RLIMIT_FSIZE, 2 * SAID_MAX),
        (resource.RLIMIT_AS, MEMORY_MAX),
        (resource.RLIMIT_CPU, math.ceil(seconds) + 1),
        (resource.RLIMIT_NOFILE, OPEN_FILES_MAX),
        (resource.RLIMIT_NPROC, 0),  # not heeded for root: for all, there is `syscalls`
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # some systems do not know all of them, or had a lower one
            resource.setrlimit(limit, (most, most))
