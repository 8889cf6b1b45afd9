"""The process in which app files run: `python -m bayplan.spec.recording.stage`, for `record` alone.

It reads the vocabulary once, then forks one process per file: starting Python anew for each would cost a quarter of a
second a file. The request comes on stdin, the answer goes to stdout, both JSON.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from bayplan.spec.recording.performance import Result, perform

GRACE_SECONDS = 0.5
"""A process stops itself when its time is over, for then it can name the line; after that it is killed."""
SAID_MAX = 8 * 2**20
MEMORY_MAX = 4 * 2**30
exit_now = os._exit


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One file while it runs."""

    number: int
    ends: float
    said: IO[bytes]
    stray: IO[bytes]


def main() -> None:
    """Run all files of the request, some at a time, and answer in their order."""
    request = json.load(sys.stdin)
    root, seconds, at_once = Path(request["root"]), float(request["seconds"]), int(request["at_once"])
    waiting = list(enumerate(request["files"]))[::-1]
    running: dict[int, Running] = {}
    answers: dict[int, Result] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                number, file = waiting.pop()
                pid, one = _start(root, root / file, number, seconds)
                running[pid] = one
            for pid in list(running):
                ended = _reap(pid, running[pid])
                if ended is not None:
                    one = running.pop(pid)
                    answers[one.number] = ended
            time.sleep(0.001)
    finally:
        for pid in running:
            _kill(pid)
    json.dump([answers[number] for number in sorted(answers)], sys.stdout)


def _start(root: Path, path: Path, number: int, seconds: float) -> tuple[int, Running]:
    said, stray = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - closed when it was read
    pid = os.fork()
    if pid == 0:
        try:
            _set_up(stray.fileno())
            perform(root, path, seconds, lambda result: _say(said.fileno(), result))
        finally:
            exit_now(1)
    ends = time.monotonic() + seconds + GRACE_SECONDS
    return pid, Running(number=number, ends=ends, said=said, stray=stray)


def _set_up(stray: int) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (stray, 1), (stray, 2)):
        os.dup2(old, new)
    for limit, most in (
        (resource.RLIMIT_FSIZE, 2 * SAID_MAX),
        (resource.RLIMIT_AS, MEMORY_MAX),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # some systems do not know all of them
            resource.setrlimit(limit, (most, most))


def _say(said: int, result: Result) -> NoReturn:
    data = json.dumps(result).encode()
    if len(data) > SAID_MAX:
        data = json.dumps({"too_large": len(data)}).encode()
    while data:
        data = data[os.write(said, data) :]
    exit_now(0)


def _reap(pid: int, one: Running) -> Result | None:
    """What came of a process; None while it runs."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    if not ended and time.monotonic() < one.ends:
        return None
    _kill(pid)
    if not ended:
        os.waitpid(pid, 0)
    with one.said as said, one.stray as stray:
        said.seek(0)
        stray.seek(0)
        answer: Result = {"stray": stray.read(200).decode(errors="replace"), "late": not ended}
        answer["code"] = os.waitstatus_to_exitcode(status) if ended else 0
        answer["text"] = said.read().decode(errors="replace")
    return answer


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):  # our parent says so, once
        main()
