"""The process that starts a lab's parts, watches over them, and ends them: `python -m bayplan.lab.warden <folder>`.

It lives exactly as long as its lab. It tells its parent on standard output what it does, one JSON object a line, until
the lab is up; afterwards it is silent. It ends, and everything with it, when it is asked to (SIGTERM, ctrl-C), when any
part crashes, and when its parent dies, until that has let it go (SIGUSR1) to stay in the background.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from ssl import create_default_context
from typing import TYPE_CHECKING

import psutil

from bayplan import atomic_file
from bayplan.complaint import BadInput
from bayplan.lab import pod_defaults
from bayplan.lab.api import Api, Refused
from bayplan.lab.control_plane import control_plane
from bayplan.lab.credentials import write_credentials
from bayplan.lab.flux import flux
from bayplan.lab.furnish import install_crds
from bayplan.lab.layout import Layout, read
from bayplan.lab.operators.start import start_operators
from bayplan.lab.parts import find_parts
from bayplan.lab.process import WATCHED, Identity, die_with_parent, end, identify, start
from bayplan.lab.servers import servers
from bayplan.lab.wait import NotYet, TooLate, wait_for

if TYPE_CHECKING:
    import subprocess

    from bayplan.lab.control_plane import Program

START_S, GRACE_S = 60, 3
LAST_LINES = 4
LET_GO = "let-go"
"""File that says to the parent that the lab stays without it."""


class Crashed(Exception):  # noqa: N818 - it names what happened
    """A part has ended by itself; the text says which, how, and what it said last."""


class Crew:
    """The running parts, in the order of their start."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.parts: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, program: Program) -> None:
        """Start one part and wait until it serves; raises Crashed where it does not."""
        self.begin(program)
        self.await_ready(program)

    def begin(self, program: Program) -> None:
        """Start one part."""
        tell(step=program.name)
        surroundings = {**os.environ, **program.environment}
        log = self.layout.log(program.name)
        self.parts[program.name] = start(program.command, log=log, environment=surroundings, folder=self.layout.path)
        self.note()

    def await_ready(self, program: Program) -> None:
        """Wait until a part serves; raises Crashed where any is gone."""
        if program.ready:
            wait_for(f"{program.name} to serve", lambda: self.probe(program.ready), within_s=START_S)

    def probe(self, url: str) -> None:
        """Raises NotYet until the address answers, Crashed when a part has gone meanwhile."""
        self.look()
        try:
            trusted = create_default_context(cafile=str(self.layout.path / "ca.pem"))
            urllib.request.urlopen(url, timeout=2, context=trusted if url.startswith("https") else None).close()  # noqa: S310
        except (urllib.error.URLError, HTTPException, OSError) as error:
            raise NotYet(str(error)) from error

    def look(self) -> None:
        """Raises Crashed when a part is gone."""
        for name, process in self.parts.items():
            if process.poll() is not None:
                raise Crashed(describe(name, process.returncode, self.layout.log(name)))

    def note(self) -> None:
        """Write down which processes are ours, so that `lab down` can end them should this one be killed."""
        running = [identify(name, process.pid) for name, process in self.parts.items() if process.poll() is None]
        write_processes(self.layout, [identify("warden", os.getpid()), *running])

    def stop(self) -> None:
        """End all parts, the last first: an API server that has lost its etcd takes a minute to die."""
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)  # a second ctrl-C must not leave half of them
        running = [process.pid for process in reversed(self.parts.values()) if process.poll() is None]
        end([psutil.Process(pid) for pid in running if psutil.pid_exists(pid)], grace_s=GRACE_S)


def describe(name: str, code: int, log: Path) -> str:
    """What a person wants to know of a part that has ended."""
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
    last = "\n".join(log.read_text(errors="replace").splitlines()[-LAST_LINES:])
    return f"{name} {how}; its log: {log}\n{last}".strip()


def write_processes(layout: Layout, processes: list[Identity]) -> None:
    """Keep who belongs to the lab."""
    text = json.dumps([{"name": one.name, "pid": one.pid, "born": one.born} for one in processes], indent=1)
    atomic_file.write(layout.path / "processes.json", text + "\n")


def read_processes(folder: Path) -> list[Identity]:
    """Who belongs to the lab of a folder, the warden first."""
    path = folder / "processes.json"
    return [Identity(**one) for one in json.loads(path.read_text())] if path.exists() else []


def tell(**words: str) -> None:
    """One line to the parent."""
    print(json.dumps(words), flush=True)  # noqa: T201 - the parent reads it


def run(layout: Layout) -> str:
    """Start everything, say so, and watch until the end; returns why it ended, "" where it was asked to."""
    crew = Crew(layout)
    try:
        parts = find_parts(Path(layout.root))
        write_credentials(layout)
        for program in (*control_plane(layout, parts), *servers(layout)):
            crew.start(program)
        tell(step="CRDs")
        api = Api(layout.kubeconfig)
        install_crds(api, parts.crds(layout.controllers))
        pod_defaults.install(api)
        start_operators(layout, parts, api, crew.begin, crew.await_ready)
        for program in flux(layout, parts):
            crew.start(program)
        crew.look()
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        tell(step="up")
        crew.look()  # what ended before signals were held back
        while (got := signal.sigwait(WATCHED)) in {signal.SIGCHLD, signal.SIGUSR1}:
            if got == signal.SIGUSR1:
                die_with_parent(None)
                atomic_file.write(layout.path / LET_GO, "")
            crew.look()
    except (Crashed, TooLate, Refused, BadInput, OSError) as why:
        return str(why)
    except KeyboardInterrupt:
        pass
    finally:
        crew.stop()
    return ""


def main(arguments: list[str]) -> int:
    """`warden <folder>`: 1 when the lab came to an end by itself."""
    layout = read(Path(arguments[0]))
    if layout is None:
        return 2
    for asked in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(asked, leave)
    why = run(layout)
    if why:
        with suppress(BrokenPipeError):  # once the lab is up, nobody listens
            tell(failed=why)
    with suppress(BadInput):  # a full disk may be the very reason
        atomic_file.write(layout.path / "ended", f"{why}\n")
    return 1 if why else 0


def leave(*_: object) -> None:
    """A signal while the lab starts: leave through every `finally`."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
