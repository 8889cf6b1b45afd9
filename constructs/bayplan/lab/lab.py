"""A lab: one cluster of the repository, tried on this machine with the real control plane and the real Flux.

    prepare -> start (the warden and its parts) -> furnish (CRDs, nodes) -> deliver (git, Flux) -> reconciled

`up` does it all; a lab is ended by `down`, by its own end, or with the process that made it.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from bayplan.complaint import BadInput, Complaint
from bayplan.lab.api import Api
from bayplan.lab.layout import Layout, choose_ports, folder_of, read
from bayplan.lab.operators.start import runnable
from bayplan.lab.parts import find_parts
from bayplan.lab.port import is_free
from bayplan.lab.process import Identity, end, identify, start
from bayplan.lab.wait import NotYet, wait_for
from bayplan.lab.warden import LET_GO, read_processes, write_processes
from bayplan.spec.machine import machine_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bayplan.spec.cluster import Cluster

PROGRAMS = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kwok",
    "source-controller",
    "kustomize-controller",
    "notification-controller",
)
"""What has to be built before anything is started."""
GRACE_S = 15
"""Seconds that a warden is given to end its parts in their order."""


class LabEnded(Exception):  # noqa: N818 - it names what happened
    """A lab did not come up or did not stay; the text says which part ended, how, and where the logs are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A lab that runs."""

    layout: Layout
    api: Api
    warden: subprocess.Popen[bytes]
    """The process that everything else of it ends with."""


def start_lab(root: Path, cluster: Cluster, name: str, tell: Callable[[str, str], None], *, port: int = 0) -> Lab:
    """Start the control plane, the simulated nodes' kubelets and Flux; all still empty.

    It ends with this process until `let_go`. Raises BadInput where one of that name is up, a port is taken or a program
    is missing; LabEnded where a part crashes: then everything is stopped, and the logs stay.
    """
    folder = folder_of(name)
    parts = find_parts(root)
    for program in PROGRAMS:
        parts.binary(program)
    operators = runnable(parts, cluster.controllers, tell)
    with _alone(folder):
        layout = _prepare(root, cluster, folder, port, operators)
        warden = _start_warden(layout)
    try:
        return _await_up(layout, warden, tell)
    except BaseException:  # ctrl-C too: nothing that was started may be left
        end([psutil.Process(warden.pid)] if warden.poll() is None else [], grace_s=GRACE_S)
        warden.wait()
        raise


def _start_warden(layout: Layout) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bayplan.lab.warden", layout.folder]
    log = layout.log("warden")
    warden = start(
        command,
        log=log,
        environment=os.environ,
        folder=layout.path,
        signal_at_end=signal.SIGTERM,
        stdout=subprocess.PIPE,
    )
    write_processes(layout, [identify("warden", warden.pid)])
    return warden


def _await_up(layout: Layout, warden: subprocess.Popen[bytes], tell: Callable[[str, str], None]) -> Lab:
    assert warden.stdout  # noqa: S101 - it was asked for
    with warden.stdout as lines:
        for line in lines:
            told = json.loads(line)
            if told.get("step") == "up":
                return Lab(layout=layout, api=Api(layout.kubeconfig), warden=warden)
            if why := told.get("failed"):
                raise failure(layout, why)
            tell("start", told["step"])
    raise failure(layout, why_ended(layout) or f"the warden has ended; its log: {layout.log('warden')}")


def let_go(lab: Lab) -> None:
    """From here on the lab stays when this process ends; waits until the warden knows."""
    lab.warden.send_signal(signal.SIGUSR1)

    def known() -> None:
        if lab.warden.poll() is not None:
            raise failure(lab.layout, why_ended(lab.layout))
        if not (lab.layout.path / LET_GO).exists():
            raise NotYet("no answer")

    wait_for("the warden to stay", known, within_s=GRACE_S)
    lab.warden.returncode = 0  # no longer ours to wait for


def running(folder: Path) -> Layout | None:
    """The lab of a folder, if it is up."""
    layout = read(folder)
    alive = layout and any(one.find() for one in read_processes(folder)[:1])
    return layout if alive else None


def stop(folder: Path) -> tuple[str, ...]:
    """End the lab of a folder and all that it started, and nothing else; returns what had to be ended by us.

    The warden ends its own parts; what outlived a killed warden is found by process number and start time.
    """
    processes = read_processes(folder)
    if processes and (warden := processes[0].find()):
        end([warden], grace_s=GRACE_S)
    return end_left(processes)


def close(lab: Lab) -> None:
    """End a lab that this process has started, and has not let go."""
    stop(lab.layout.path)
    lab.warden.wait()


def end_left(processes: list[Identity]) -> tuple[str, ...]:
    """End those of these processes that still run."""
    left = {one.name: found for one in reversed(processes) if (found := one.find())}
    end(list(left.values()), grace_s=GRACE_S)
    return tuple(left)


def remove(folder: Path) -> None:
    """Throw away what a lab kept, its logs too."""
    shutil.rmtree(folder, ignore_errors=True)


def why_ended(layout: Layout) -> str:
    """Why a lab came to an end by itself; "" where it did not."""
    file = layout.path / "ended"
    return file.read_text().strip() if file.exists() else ""


def failure(layout: Layout, why: str) -> LabEnded:
    """What a person is told of a lab that did not come up or did not stay."""
    return LabEnded(f"lab {layout.name}: {why}\n    Everything else was stopped; all logs: {layout.path / 'logs'}")


def _prepare(root: Path, cluster: Cluster, folder: Path, port: int, operators: tuple[str, ...]) -> Layout:
    name = folder.name
    if running(folder):
        what, fix = f"the lab {name} is up already", f"bayplan lab down {name}, or give this one another name: --name"
        raise BadInput([Complaint(file=str(folder), line=0, what=what, fix=fix)])
    if port and not is_free(port):
        raise BadInput([Complaint(file="--port", line=0, what=f"port {port} is taken", fix="Leave out --port.")])
    end_left(read_processes(folder))
    remove(folder)
    layout = Layout(
        name=name,
        cluster=cluster.name,
        root=str(root),
        folder=str(folder),
        scheduler=cluster.scheduler,
        accelerators=tuple(sorted({machine_of(cluster, pool).resource for pool in cluster.pools} - {""})),
        controllers=tuple(sorted(cluster.controllers)),
        operators=operators,
        ports=choose_ports({"kube-apiserver": port} if port else None),
        token=secrets.token_urlsafe(24),
    )
    try:
        for inner in ("logs", "tmp", "git", "artifacts"):
            (folder / inner).mkdir(parents=True)
        stages = resources.files("bayplan.lab").joinpath("stages.yaml")
        (folder / "stages.yaml").write_bytes(stages.read_bytes())
    except OSError as error:
        raise BadInput([Complaint(file=str(folder), line=0, what=f"cannot be written: {error.strerror}")]) from error
    layout.write()
    return layout


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two `up` of one name at once: the second waits here and finds the first."""
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
