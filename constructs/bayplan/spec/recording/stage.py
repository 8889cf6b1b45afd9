"""The process in which app files run: `python -m bayplan.spec.recording.stage`, for `record` alone.

It reads the vocabulary once, then forks one process per file: starting Python anew for each would cost a quarter of a
second a file. The request comes on stdin, the answer goes to stdout, both JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from bayplan.spec.recording import limits, syscalls
from bayplan.spec.recording.kernel import DIE_WITH_PARENT, Missing, call
from bayplan.spec.recording.performance import Result, perform

GRACE_SECONDS = 0.5
"""A process stops itself when its time is over, for then it can name the line; after that it is killed."""
OVERDUE_MAX = 8
"""So many apps that do not end, and the others are not run: nobody waits for hours to be told the same of each."""
TOTAL_SECONDS = 600.0
"""After so long no other app is begun: a thousand take half a minute on a busy machine."""
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
    _die_with_parent()
    request = json.load(sys.stdin)
    root, sandbox = Path(request["root"]), bool(request["sandbox"])
    if sandbox and (missing := _enter_sandbox(root)):
        json.dump({"refused": missing}, sys.stdout)
        return
    answers = _run(root, request["files"], float(request["seconds"]), int(request["at_once"]), sandbox=sandbox)
    json.dump({"answers": answers}, sys.stdout)


def _enter_sandbox(root: Path) -> str:
    """What is missing for it; "" inside of it."""
    from bayplan.spec.recording import namespaces  # noqa: PLC0415 - others need none of it

    try:
        namespaces.enter(root)
    except (Missing, OSError) as error:
        return str(error)
    return ""


def _run(root: Path, files: list[str], seconds: float, at_once: int, *, sandbox: bool) -> list[Result]:
    waiting = list(enumerate(files))[::-1]
    running: dict[int, Running] = {}
    answers: dict[int, Result] = {}
    overdue, begun = 0, time.monotonic()
    try:
        while running or waiting:
            why = _why_no_more(overdue, begun)
            if why:
                answers |= {number: {"skipped": why} for number, _ in waiting}
                waiting.clear()
            while waiting and len(running) < at_once:
                number, file = waiting.pop()
                pid, one = _start(root, root / file, number, seconds, sandbox=sandbox)
                running[pid] = one
            for pid in list(running):
                ended = _reap(pid, running[pid])
                if ended is not None:
                    one = running.pop(pid)
                    answers[one.number] = ended
                    overdue += time.monotonic() >= one.ends - GRACE_SECONDS
            time.sleep(0.001)
    finally:
        for pid in running:
            _kill(pid)
    return [answers[number] for number in sorted(answers)]


def _why_no_more(overdue: int, begun: float) -> str:
    if overdue >= OVERDUE_MAX:
        return f"{overdue} others did not end in time"
    return f"all together take more than {TOTAL_SECONDS:g} s" if time.monotonic() - begun > TOTAL_SECONDS else ""


def _start(root: Path, path: Path, number: int, seconds: float, *, sandbox: bool) -> tuple[int, Running]:
    said, stray = _scratch(), _scratch()
    pid = os.fork()
    if pid == 0:
        try:
            _set_up(said.fileno(), stray.fileno())
            _confine(path.relative_to(root).as_posix(), seconds + GRACE_SECONDS, sandbox=sandbox)
            perform(root, path, seconds, lambda result: _say(SAID, result))
        finally:
            exit_now(1)
    ends = time.monotonic() + seconds + GRACE_SECONDS
    return pid, Running(number=number, ends=ends, said=said, stray=stray)


def _scratch() -> IO[bytes]:
    """A file without a name."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("app"), "w+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)


SAID = 3
"""Where an app's process says its answer. What else was open is closed: it would be the answer of another app."""


def _set_up(said: int, stray: int) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY) if os.path.exists(os.devnull) else os.pipe()[0]  # noqa: PTH110
    keep = [os.dup(one) for one in (nothing, stray, stray, said)]
    for new, old in enumerate(keep):
        os.dup2(old, new)
    os.closerange(SAID + 1, max(keep) + 4096)


def _die_with_parent() -> None:
    with suppress(Missing):  # others end when their time is over
        call("prctl", DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def _confine(file: str, seconds: float, *, sandbox: bool) -> None:
    _die_with_parent()
    try:
        limits.set_up(seconds, sandbox=sandbox)
        syscalls.confine()
    except Missing as missing:
        if sandbox:
            what = f"--sandbox: this machine gives no sandbox: {missing}"
            _say(SAID, {"complaints": [{"file": file, "line": 0, "what": what, "fix": ""}]})


def _say(said: int, result: Result) -> NoReturn:
    data = json.dumps(result).encode()
    if len(data) > limits.SAID_MAX:
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
        answer["text"] = said.read(limits.SAID_MAX + 1).decode(errors="replace")
    return answer


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):  # our parent says so, once
        main()
