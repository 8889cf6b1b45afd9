"""A build that is stopped leaves no half program and no compiler; of two at once, the second waits for the first."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from tools.golang import GO
from tools.lock import alone

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120
GO_MOD = "module example.com/judge\n\ngo 1.27\n\ntool example.com/judge/cmd/hello\n"
HELLO = 'package main\n\nimport "net/http"\n\nfunc main() { println(http.Get("")) }\n'
BUILD = """
import signal, sys
from pathlib import Path
import tools.build, tools.golang
tools.build.ROOT = Path.cwd()
tools.build.BIN = Path.cwd() / "bin"
tools.golang.CACHE = Path(sys.argv[1])  # an empty one makes the build long enough to be stopped
for one in (signal.SIGTERM, signal.SIGINT):  # a shell that starts a job in the background has it ignore ctrl-C
    signal.signal(one, signal.default_int_handler)
sys.exit(tools.build.main(["judge"]))
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one judge of our own, not built yet."""
    if not GO.exists():
        pytest.skip(f"{GO} is not there: run `make setup`")
    program = tmp_path / "tools" / "judge" / "cmd" / "hello"
    program.mkdir(parents=True)
    (tmp_path / "tools" / "judge" / "go.mod").write_text(GO_MOD)
    (program / "main.go").write_text(HELLO)
    return tmp_path


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-C", "SIGTERM"])
def test_a_build_that_is_stopped_leaves_no_half_program_and_no_compiler(repository: Path, how: signal.Signals) -> None:
    process = start_build(repository, cache=repository / "cache")
    compilers = list(wait_for_compilers(process))
    process.send_signal(how)
    told = process.communicate(timeout=PATIENCE_S)[0]
    assert [one for one in psutil.wait_procs(compilers, timeout=1)[1] if is_at_work(one)] == []
    assert (process.returncode, told.splitlines()[-1]) == (130, "  judge: stopped; what is built already stays")
    assert [path.name for path in (repository / "bin").iterdir()] == [".judge.lock"]
    assert list((repository / "tmp").iterdir()) == []


def test_of_two_builds_at_once_the_second_waits_and_says_so(repository: Path) -> None:
    with alone(repository / "bin" / ".judge.lock", "judge"):
        process = start_build(repository, cache=ROOT / ".cache")
        assert process.stdout is not None
        assert process.stdout.readline() == "  judge: another process makes it now; waiting for it\n"
        assert not (repository / "bin" / "hello").exists()
    told = process.communicate(timeout=PATIENCE_S)[0]
    assert process.returncode == 0, told
    assert (repository / "bin" / "hello").exists()


def start_build(repository: Path, *, cache: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", BUILD, str(cache)]
    temporary = repository / "tmp"
    temporary.mkdir()
    own = {"HOME": str(repository), "TMPDIR": str(temporary), "GOPROXY": "off"}
    surroundings = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **own}
    return subprocess.Popen(
        command, cwd=repository, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def is_at_work(process: psutil.Process) -> bool:
    """Whether it does anything still; one that has ended may wait a while for somebody to ask how."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for_compilers(process: subprocess.Popen[str]) -> Iterator[psutil.Process]:
    """Every process of a build, once there is more than `go` itself."""
    end, seen = time.monotonic() + PATIENCE_S, list[psutil.Process]()
    while len(seen) < 2:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < end, f"no compiler after {PATIENCE_S} s; there is {seen}"
        seen = psutil.Process(process.pid).children(recursive=True)
    yield from seen
