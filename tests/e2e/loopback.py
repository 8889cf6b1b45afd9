"""Pods of a rendered job as processes here: their environment, their command, and every address on loopback."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psutil
from tests.e2e.scene import ROOT
from tests.render import training_pods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

FRAMEWORKS = ROOT / ".cache/frameworks"


@dataclass(frozen=True, kw_only=True)
class Pod:
    """What a kubelet would start."""

    name: str
    env: Mapping[str, str]
    command: Sequence[str]
    folders: Mapping[str, str]
    """Paths in the pod of its volumes, by name of the volume."""
    waited_for: bool
    """Whether the job has ended when this one has."""


def pods_of(job_set: Mapping[str, Any]) -> list[Pod]:
    """The pods that JobSet and the Job controller make, each with its number, as the kubelet starts them."""
    spec = job_set["spec"]
    ending = (spec.get("successPolicy") or {}).get("targetReplicatedJobs") or [
        one["name"] for one in spec["replicatedJobs"]
    ]
    workload = job_set["metadata"]["labels"]["app.kubernetes.io/name"]
    return [_pod(one, waited_for=one.role in ending) for one in training_pods.pods_of([dict(job_set)], workload)]


def _pod(pod: training_pods.Pod, *, waited_for: bool) -> Pod:
    (container,) = pod.spec["containers"]
    for one in container["env"]:
        if "valueFrom" in one:
            assert one["valueFrom"]["fieldRef"]["fieldPath"] == training_pods.INDEX, one
    words = [*container.get("command", ()), *container.get("args", ())]
    return Pod(
        name=pod.host.partition(".")[0],
        env=pod.env,
        command=[training_pods.expanded(one, pod.env) for one in words],
        folders={one["name"]: one["mountPath"] for one in container["volumeMounts"]},
        waited_for=waited_for,
    )


@dataclass
class Machine:
    """The processes of one attempt."""

    pods: Sequence[Pod]
    volumes: Path
    """What stays from one attempt to the next."""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, attempt: str) -> None:
        self.scratch = self.volumes.parent / attempt
        addresses = Loopback({pod.name for pod in self.pods})
        for pod in self.pods:
            own = self.scratch / pod.name
            own.mkdir(parents=True)
            env = {name: self._here(addresses.here(name, text, pod.env), pod, own) for name, text in pod.env.items()}
            env |= {"PATH": f"{FRAMEWORKS}/bin:/usr/bin:/bin", "TMPDIR": str(own), "TF_CPP_MIN_LOG_LEVEL": "2"}
            with (own / "log").open("wb") as log:
                self.running[pod.name] = subprocess.Popen(
                    pod.command, env=env, cwd=own, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
                )

    def _here(self, text: str, pod: Pod, own: Path) -> str:
        """Paths below a volume of the pod become those of a folder here."""
        for volume, path in pod.folders.items():
            if text == path or text.startswith(f"{path}/"):
                return f"{own if volume == 'tmp' else self.volumes / volume}{text.removeprefix(path)}"
        return text

    def log(self, pod: str) -> str:
        return (self.scratch / pod / "log").read_text(errors="replace")

    def wait_for(self, line: str, within_s: float) -> None:
        """Until some pod has printed a line."""
        wanted = re.compile(line, re.MULTILINE)
        self._until(lambda: any(wanted.search(self.log(pod.name)) for pod in self.pods), line, within_s)

    def wait_for_end(self, within_s: float) -> None:
        """Until those have ended that the job waits for; well, or not at all."""
        names = [pod.name for pod in self.pods if pod.waited_for]
        self._until(lambda: all(self.running[name].poll() is not None for name in names), "the end", within_s)
        codes = {name: self.running[name].returncode for name in names}
        assert set(codes.values()) == {0}, f"{codes}\n{self._tails()}"

    def _until(self, done: Callable[[], bool], what: str, within_s: float) -> None:
        end = time.monotonic() + within_s
        while not done():
            broken = {name: one.returncode for name, one in self.running.items() if one.poll()}
            assert not broken, f"ended before {what}: {broken}\n{self._tails()}"
            assert time.monotonic() < end, f"no {what} within {within_s} s\n{self._tails()}"
            time.sleep(0.1)

    def _tails(self) -> str:
        return "\n".join(f"--- {pod.name}\n{self.log(pod.name)[-2000:]}" for pod in self.pods)

    def kill(self) -> None:
        """All at once and without a word, as a lost machine does."""
        for one in self.running.values():
            if one.poll() is None:
                # torchrun gives its workers a session of their own
                for process in (psutil.Process(one.pid), *psutil.Process(one.pid).children(recursive=True)):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        process.kill()
            one.wait()
        self.running.clear()


class Loopback:
    """Names of pods and their ports as free ports of 127.0.0.1: the same pod and port are the same everywhere."""

    def __init__(self, names: set[str]) -> None:
        self._names = names
        self._ports: dict[str, int] = {}
        self._free = free_ports()

    def here(self, name: str, text: str, env: Mapping[str, str]) -> str:
        """The value of a variable; host and port of one address may stand in two variables."""
        if name.endswith("_PORT") and (host := env.get(f"{name.removesuffix('_PORT')}_ADDR")):
            return str(self._port(f"{host}:{text}"))
        hosts = "|".join(re.escape(one) for one in sorted(self._names, key=len, reverse=True))
        text = re.sub(rf"(?:{hosts})\.[a-z0-9-]+:[0-9]+", lambda m: f"127.0.0.1:{self._port(m[0])}", text)
        return re.sub(rf"(?:{hosts})\.[a-z0-9-]+", "127.0.0.1", text)

    def _port(self, address: str) -> int:
        if address not in self._ports:
            self._ports[address] = next(self._free)
        return self._ports[address]


def free_ports() -> Iterator[int]:
    """Ports that nobody listens on; all of them are held until the last was taken."""
    held: list[socket.socket] = []
    for _ in range(32):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("127.0.0.1", 0))
        held.append(one)
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    yield from ports
