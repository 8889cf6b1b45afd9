"""What `--sandbox` promises beside the walls that tests/cli/test_hostile_apps.py runs against, and where it refuses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pydantic
import pytest
from tests.spec.repository_of_specs import Repository, needs_sandbox

import bayplan
from bayplan.spec.load import load

if TYPE_CHECKING:
    from collections.abc import Callable

IMPORTS = "from bayplan import App, Service\n"
APP = 'app = App(name={name!r}, team="web", workloads=[Service(name="a", image="r.example.com/a:v1", args={args})])\n'
NEVER_ENDS = {
    "busy": "while True: pass\n",
    "asleep": "import time\ntime.sleep(1000)\n",
    "deaf": "import signal\nfor n in (1, 2, 14, 15, 24): signal.signal(n, signal.SIG_IGN)\nwhile True: pass\n",
    "stopped": "import signal\nsignal.raise_signal(signal.SIGSTOP)\n",
    "regex": "import re\nre.match('(a*)*b', 'a' * 64)\n",
}
LOADS = """
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from bayplan.complaint import BadInput
from bayplan.spec.load import load
try:
    print(load(Path(sys.argv[1]), sandbox=True).apps[0].name)
except BadInput as bad:
    print(bad)
"""


@pytest.fixture(params=[False, True], ids=["as it is", "sandboxed"])
def sandbox(request: pytest.FixtureRequest) -> bool:
    return bool(request.param) and needs_sandbox()


def test_apps_say_the_same_in_the_sandbox(repository: Repository) -> None:
    repository.write("apps/_shared/__init__.py", "import json, hashlib, decimal, zoneinfo\nARGS = ['x']\n")
    repository.write("apps/shop.py", f"from _shared import ARGS\n{IMPORTS}{APP.format(name='shop', args='ARGS')}")
    repository.write("apps/bot.yaml", "name: bot\nteam: web\nworkloads: [{kind: Service, name: a, image: r.io/a:v1}]\n")
    assert load(repository.root, sandbox=needs_sandbox()) == load(repository.root)


@pytest.mark.parametrize("case", NEVER_ENDS)
def test_what_never_ends_is_ended(repository: Repository, sandbox: bool, case: str) -> None:
    repository.write("apps/shop.py", NEVER_ENDS[case])
    begun = time.monotonic()
    (complaint,) = repository.complaints(seconds=0.5, sandbox=sandbox)
    assert complaint.startswith("apps/shop.py")
    assert "did not end within 0.5 s" in complaint or "ended with signal" in complaint
    assert time.monotonic() - begun < 40  # of a minute and more that it would take


def test_many_that_never_end_cost_no_hours(repository: Repository, sandbox: bool) -> None:
    for number in range(40):
        repository.write(f"apps/app{number}.py", NEVER_ENDS["deaf"])
    for number in range(20):
        repository.write(f"apps/app{number}.py", NEVER_ENDS["busy"])
    complaints = repository.complaints(seconds=0.2, sandbox=sandbox)
    assert len(complaints) == 40
    assert sum("was not run" in complaint for complaint in complaints) >= 40 - 8 - (os.cpu_count() or 2)


def test_hash_seed_locale_and_time_zone_are_fixed(
    repository: Repository, sandbox: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = "[str(hash('x')), *{'a', 'b', 'c', 'd'}, os.environ['LC_ALL'], *time.tzname]"
    repository.write("apps/shop.py", f"import os, time\n{IMPORTS}{APP.format(name='shop', args=args)}")
    monkeypatch.setenv("LC_ALL", "C")
    first = load(repository.root, sandbox=sandbox)
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert load(repository.root, sandbox=sandbox) == first


def test_yaml_apps_start_no_process_and_need_no_sandbox(repository: Repository) -> None:
    repository.write("apps/bot.yaml", "name: bot\nteam: web\nworkloads: [{kind: Service, name: a, image: r.io/a:v1}]\n")
    watch = "import sys\nSTARTS = ('os.fork', 'subprocess.Popen', 'os.posix_spawn', 'os.exec', 'os.system')\n"
    watch += "sys.addaudithook(lambda event, _: event in STARTS and sys.exit(f'starts a process: {event}'))\n"
    told = subprocess.run(
        [sys.executable, "-c", watch + LOADS, repository.root], capture_output=True, text=True, check=False
    )
    assert (told.stdout, told.stderr) == ("bot\n", "")


def test_a_machine_without_namespaces_refuses(repository: Repository) -> None:
    needs_sandbox()
    repository.write("apps/shop.py", IMPORTS + APP.format(name="shop", args=[]))
    closed = 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"'
    command = ["unshare", "--map-root-user", "--user", "sh", "-c", closed, "sh", sys.executable, "-c", LOADS]
    told = subprocess.run([*command, repository.root], capture_output=True, text=True, check=False)
    assert told.stderr == ""
    assert told.stdout.startswith("apps: --sandbox: this machine gives no sandbox: unshare: ")
    assert "YAML" in told.stdout


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_nothing_lives_on_when_bayplan_is_killed(repository: Repository, sandbox: bool) -> None:
    mark = repository.root.name.encode()
    repository.write("apps/shop.py", NEVER_ENDS["deaf"])
    code = LOADS.replace("sandbox=True", f"sandbox={sandbox}, seconds=60")
    with subprocess.Popen([sys.executable, "-c", code, repository.root]) as process:
        wait_until(lambda: len(processes_in(mark)) >= 3 + sandbox)
        process.kill()
    wait_until(lambda: not processes_in(mark))


def processes_in(mark: bytes) -> list[str]:
    """Processes whose folder, or whose arguments, name a repository."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (one / "cmdline").read_bytes() or mark in os.fsencode((one / "cwd").readlink()):
                found.append(one.name)
        except OSError:  # it has ended meanwhile
            continue
    return found


def wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody; the other tests run as who you are")
def test_nobody_has_a_sandbox_too(repository: Repository) -> None:
    needs_sandbox()
    repository.write("apps/shop.py", IMPORTS + APP.format(name="shop", args=[]))
    here = repository.root
    for folder in (here, *(one for one in here.parents if one.name.startswith(("pytest-", "popen-")))):
        folder.chmod(folder.stat().st_mode | 0o055)
    homes = {str(Path(file).parents[1]) for file in (bayplan.__file__, pydantic.__file__)}
    told = subprocess.run(
        [python_of_nobody(), "-B", "-c", LOADS, here],
        env={"PYTHONPATH": os.pathsep.join(homes)},
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=65534,
        group=65534,
        extra_groups=[],
    )
    assert (told.stdout, told.stderr) == ("shop\n", "")


def python_of_nobody() -> str:
    """A Python of this version that an unprivileged user may start."""
    ours = "import sys; raise SystemExit(sys.version_info[:2] != ({}, {}))".format(*sys.version_info[:2])
    for one in filter(None, (sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin"))):
        try:
            told = subprocess.run([one, "-c", ours], user=65534, group=65534, extra_groups=[], check=False, cwd="/")
        except PermissionError:
            continue
        if told.returncode == 0:
            return one
    pytest.skip("there is no Python of this version that an unprivileged user may start")
