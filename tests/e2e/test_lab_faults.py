"""A lab ends as a whole, however it ends: no process, no port, nobody else's process touched, and it says why."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest
from tests.e2e.scene import ROOT, YARD

from bayplan.complaint import BadInput
from bayplan.lab.lab import PROGRAMS, close, remove, running, start_lab, stop, why_ended
from bayplan.lab.layout import folder_of, read
from bayplan.lab.parts import find_parts
from bayplan.lab.port import LOOPBACK, is_free
from bayplan.lab.process import Identity, identify
from bayplan.lab.wait import NotYet, wait_for
from bayplan.lab.warden import read_processes, write_processes
from bayplan.spec.load import load_clusters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bayplan.lab.lab import Lab

CLUSTER = next(one for one in load_clusters(YARD) if one.name == "lab")
SERVERS = {"etcd", "kube-apiserver", "kwok", "forge", "metrics", "source-controller", "notification-controller"}
NAME = f"e2e-faults-{os.getpid()}"


def say(*_: str) -> None:
    """Silent."""


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A lab of its own: control plane and Flux, nothing delivered."""
    try:
        for program in PROGRAMS:
            find_parts(ROOT).binary(program)
    except BadInput as bad:
        pytest.skip(str(bad))
    found = start_lab(YARD, CLUSTER, NAME, say)
    try:
        yield found
    finally:
        close(found)
        remove(found.layout.path)


def await_end(processes: list[Identity], ports: list[int]) -> None:
    """Wait until all of a lab's processes have gone and its ports are free."""

    def gone() -> None:
        left = [one.name for one in processes if one.find()]
        taken = [port for port in ports if not is_free(port)]
        if left or taken:
            raise NotYet(f"processes {left}, ports {taken}")

    wait_for("the end of the lab", gone, within_s=20)


def test_nothing_listens_beyond_loopback(lab: Lab) -> None:
    def listening() -> set[tuple[str, str]]:
        found = {
            (one.name, connection.laddr.ip)
            for one in read_processes(lab.layout.path)
            for connection in psutil.Process(one.pid).net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        }
        if missing := SERVERS - {name for name, _ in found}:
            raise NotYet(f"{missing} do not listen yet")
        return found

    assert {address for _, address in wait_for("all to listen", listening, within_s=30)} == {LOOPBACK}


def test_killing_the_warden_leaves_no_process_and_no_port(lab: Lab) -> None:
    processes, ports = read_processes(lab.layout.path), list(lab.layout.ports.values())
    assert len(processes) == 12 + len(lab.layout.operators)
    os.kill(lab.warden.pid, signal.SIGKILL)
    lab.warden.wait()
    await_end(processes, ports)
    assert running(lab.layout.path) is None


@pytest.mark.parametrize("part", ["etcd", "kube-scheduler", "kustomize-controller"])
def test_a_part_that_crashes_ends_the_lab_and_is_named_with_its_log(lab: Lab, part: str) -> None:
    processes = read_processes(lab.layout.path)
    os.kill(next(one.pid for one in processes if one.name == part), signal.SIGKILL)
    lab.warden.wait(timeout=30)
    await_end(processes, list(lab.layout.ports.values()))
    assert why_ended(lab.layout).startswith(f"{part} was ended by SIGKILL; its log: {lab.layout.log(part)}")
    assert lab.layout.log(part).exists()


def test_a_second_lab_of_one_name_is_refused_and_one_of_another_name_is_not(lab: Lab) -> None:
    with pytest.raises(BadInput, match="is up already"):
        start_lab(YARD, CLUSTER, NAME, say)
    other = start_lab(YARD, CLUSTER, f"{NAME}-2", say)
    try:
        assert not set(other.layout.ports.values()) & set(lab.layout.ports.values())
        assert lab.api.get("v1", "Namespace", "default")
        assert other.api.get("v1", "Namespace", "default")
    finally:
        close(other)
        remove(other.layout.path)
    assert running(lab.layout.path)


def test_only_its_own_processes_are_ended(lab: Lab) -> None:
    """A number that was given again belongs to somebody else: its start time tells."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        close(lab)
        there = identify("etcd", stranger.pid)
        write_processes(lab.layout, [Identity(name="etcd", pid=there.pid, born=there.born - 1)])
        stop(lab.layout.path)
        assert stranger.poll() is None
        stranger.kill()


def test_the_parent_that_is_killed_takes_its_lab_along(tmp_path: Path) -> None:
    """`bayplan lab up --foreground` killed with -9: the warden notices, and ends everything."""
    name = f"{NAME}-parent"
    command = [sys.executable, "-m", "bayplan", "lab", "up", "lab", "--foreground", "--name", name]
    log = tmp_path / "said"
    with log.open("wb") as said, subprocess.Popen(command, cwd=YARD, stdout=said, stderr=said) as parent:

        def staying() -> None:
            if "ctrl-C" not in log.read_text():
                raise NotYet(log.read_text()[-300:])

        wait_for("the lab to be up", staying, within_s=100)
        layout = read(folder_of(name))
        assert layout
        processes = read_processes(layout.path)
        parent.kill()
    await_end(processes, list(layout.ports.values()))
    remove(layout.path)


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=f"port {port} is taken"):
            start_lab(YARD, CLUSTER, f"{NAME}-port", say, port=port)
    assert not folder_of(f"{NAME}-port").exists()


def test_a_program_that_is_missing_is_said_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("BAYPLAN_PARTS", str(tmp_path))
    with pytest.raises(BadInput, match="etcd"):
        start_lab(YARD, CLUSTER, f"{NAME}-missing", say)
    assert not folder_of(f"{NAME}-missing").exists()


@pytest.mark.parametrize("name", ["../victim", "a/b", ".", "", "A"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="cannot be the name of a lab"):
        start_lab(YARD, CLUSTER, name, say)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("BAYPLAN_LABS", str(blocked / "labs"))
    with pytest.raises(BadInput, match="no lab can be kept there"):
        start_lab(YARD, CLUSTER, f"{NAME}-full", say)


def test_a_disk_that_fills_up_stops_everything_with_a_message() -> None:
    """Files may not grow beyond 1 MiB: to the parts that is a full disk."""
    name = f"{NAME}-disk"
    command = [sys.executable, "-m", "bayplan", "lab", "up", "lab", "--name", name]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))

    answer = subprocess.run(command, cwd=YARD, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert "its log:" in answer.stderr
    await_end(read_processes(folder_of(name)), [])
    remove(folder_of(name))
