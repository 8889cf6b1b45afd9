"""Programs of a lab as processes that cannot outlive it.

Every process is started by the warden's main thread with the parent-death signal set, so that the kernel ends it when
the warden is killed in a way that it cannot see (`kill -9`); see prctl(2), PR_SET_PDEATHSIG. Elsewhere than on Linux
that last guard is missing: `bayplan lab down` ends what is left.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
WATCHED = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1}
"""Signals that the warden waits for; its processes must not inherit that they are held back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One process for ever: numbers are given again, a number with its start time is not."""

    name: str
    pid: int
    born: float
    """When it was started, as the kernel says."""

    def find(self) -> psutil.Process | None:
        """The process, if it is still the same one and not just a remainder."""
        try:
            process = psutil.Process(self.pid)
            same = process.create_time() == self.born and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return process if same else None


def identify(name: str, pid: int) -> Identity:
    """What tells this process from all others; raises psutil.NoSuchProcess where it has gone already."""
    return Identity(name=name, pid=pid, born=psutil.Process(pid).create_time())


def die_with_parent(how: signal.Signals | None) -> None:
    """Have the kernel send this signal to the calling process when its parent's thread ends; None: no longer."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(how or 0), 0, 0, 0)


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    folder: Path,
    signal_at_end: signal.Signals = signal.SIGKILL,
    stdout: int | IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program that dies with this one; what it says goes to its log. Raises OSError where it cannot start."""
    parent = os.getpid()

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        die_with_parent(signal_at_end)
        if os.getppid() != parent:  # the parent ended before the line above
            os._exit(1)

    with log.open("ab") as told:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=told if stdout is None else stdout,
            stderr=told,
            env=dict(environment),
            cwd=folder,
            preexec_fn=prepare,  # noqa: PLW1509 - the warden has one thread
            start_new_session=True,  # ctrl-C reaches the command line only, which stops the lab in its order
        )


def end(processes: Sequence[psutil.Process], *, grace_s: float) -> None:
    """End processes in this order: ask, wait a little for all of them, then force what is left."""
    for process in processes:
        try:
            process.terminate()
        except psutil.NoSuchProcess:
            continue
    _, left = psutil.wait_procs(processes, timeout=grace_s)
    for process in left:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(left, timeout=grace_s)
