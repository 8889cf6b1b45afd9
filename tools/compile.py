"""`go build`, with progress, and without anything left behind when it is stopped."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tools.golang import GO, environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

TELL_EVERY_S = 10
STOP_WITHIN_S = 10


class CannotBuildError(Exception):
    """A tool could not be built; the text says why."""


def compile_package(package: str, *, to: Path, folder: Path, options: Sequence[str]) -> None:
    """Build a package from the go.mod in `folder` into the file `to`, which is there whole or not at all.

    Raises CannotBuildError with the compiler's own words. Stopped by ctrl-C or SIGTERM, it ends the compiler first.
    """
    began, name = time.monotonic(), to.name
    print(f"  {name}: building", flush=True)
    for left in to.parent.glob(f".{name}.*/"):  # by a build that was killed
        shutil.rmtree(left, ignore_errors=True)
    # Go's temporary files lie there, too: stopped early, it would leave them behind
    with TemporaryDirectory(prefix=f".{name}.", dir=to.parent, ignore_cleanup_errors=True) as beside:
        new = Path(beside, name)
        command = [str(GO), "build", "-v", *options, "-o", str(new), package]
        _run(command, name, folder, environment() | {"GOTMPDIR": beside})
        new.replace(to)
    print(f"  {name}: built in {time.monotonic() - began:.0f} s", flush=True)


def _run(command: Sequence[str], name: str, folder: Path, surroundings: Mapping[str, str]) -> None:
    # a session of its own: ctrl-C comes to us alone, and the compiler is ended with all that it has started
    process = subprocess.Popen(
        command, cwd=folder, env=surroundings, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    done: list[str] = []
    with process.stderr or nullcontext(()) as lines:  # open until Go has ended: it would die of a closed pipe
        try:
            with _telling(name, done):
                told = _follow(lines, done)
                process.wait()
        except BaseException:
            _stop(process)
            raise
    if process.returncode:
        raise CannotBuildError(told or f"go build ended with {process.returncode}")


def _follow(lines: Iterable[str], done: list[str]) -> str:
    """Note the packages as Go names them; what is no package name is what went wrong."""
    told: list[str] = []
    for line in lines:
        named = line.startswith("go: downloading") or re.fullmatch(r"[\w./~-]+\n?", line)
        (done if named else told).append(line)
    return "".join(told[-12:]).strip()


@contextmanager
def _telling(name: str, done: Sequence[str]) -> Iterator[None]:
    """Say every ten seconds how far it is, also while Go says nothing because it links."""
    over, began = threading.Event(), time.monotonic()

    def tell() -> None:
        while not over.wait(TELL_EVERY_S):
            print(f"  {name}: {len(done)} packages after {time.monotonic() - began:.0f} s", flush=True)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


def _stop(process: subprocess.Popen[str]) -> None:
    """Ask Go and its compilers to end, then force what is left of them."""
    for how in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(STOP_WITHIN_S)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
