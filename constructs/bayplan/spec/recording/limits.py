"""What an app's process may use up, with `--sandbox` or without; set before the first line of the app runs."""

from __future__ import annotations

import math
import resource

from bayplan.spec.recording.kernel import Missing

SAID_MAX = 8 * 2**20
MEMORY_MAX = 2**30
OPEN_FILES_MAX = 64


def set_up(seconds: float, *, sandbox: bool) -> None:
    """Limit this process for good, by what the system knows; with the sandbox by all, or Missing is raised."""
    for limit, most in (
        (resource.RLIMIT_FSIZE, 2 * SAID_MAX),
        (resource.RLIMIT_AS, MEMORY_MAX),
        (resource.RLIMIT_CPU, math.ceil(seconds) + 1),
        (resource.RLIMIT_NOFILE, OPEN_FILES_MAX),
        (resource.RLIMIT_NPROC, 0),  # not heeded for root: for all, there is `syscalls`
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            had = resource.getrlimit(limit)[1]
            least = most if had == resource.RLIM_INFINITY else min(most, had)
            resource.setrlimit(limit, (least, least))
        except (ValueError, OSError) as error:  # some systems do not know all of them
            if sandbox:
                raise Missing(f"setrlimit: {error}") from error
