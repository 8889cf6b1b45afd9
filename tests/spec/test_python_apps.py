# ruff: noqa: E501 - one row a mistake reads best
"""What can go wrong with a Python app: one complaint with file and line each, and nothing hangs or lingers."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.spec.repository_of_specs import Repository, needs_sandbox

HEAD = "from bayplan import App, Autoscale, Resources, Service, Spread\n"
GOOD = 'app = App(name="shop", team="web", workloads=[Service(name="a", image="r.example.com/a:v1")])\n'

SPOILED = {
    "raises": ("x = 1 / 0\n" + GOOD, "apps/shop.py:2: the app raises ZeroDivisionError: division by zero"),
    "raises in a function": ("def f():\n    return {}['x']\nf()\n" + GOOD, "apps/shop.py:3: the app raises KeyError: 'x'"),
    "broken syntax": ("app = = 1\n", "apps/shop.py:2: invalid syntax"),
    "no app": (GOOD.replace("app =", "thing ="), "apps/shop.py:1: the file has no app"),
    "app is no App": ("x = 1\napp = 3\n", "apps/shop.py:3: app is a int, no App"),
    "prints": ("print('hello')\n" + GOOD, "apps/shop.py:2: the app prints 'hello'"),
    "writes to its output": ("import os\nos.write(1, b'hello')\n" + GOOD, "apps/shop.py: the app writes 'hello'"),
    "sys.exit": ("import sys\nsys.exit(0)\n" + GOOD, "apps/shop.py:3: the app leaves Python"),
    "os._exit": ("import os\nos._exit(0)\n" + GOOD, "apps/shop.py:3: the app leaves Python"),
    "a signal to itself": ("import signal\nsignal.raise_signal(9)\n" + GOOD, "apps/shop.py: the app ended with signal 9"),
    "no end": ("while True:\n    pass\n", "apps/shop.py:"),
    "no end, whatever is raised": ("while True:\n    try:\n        open('x')\n    except BaseException: pass\n", "apps/shop.py:"),
    "recursion": ("def f():\n    f()\nf()\n", "apps/shop.py:3: the app raises RecursionError"),
    "starts a process": ("import os\nos.fork()\n" + GOOD, "apps/shop.py:3: the app starts a process"),
    "starts a program": ("import subprocess\nsubprocess.run(['true'])\n" + GOOD, "apps/shop.py:3: the app starts"),
    "writes a file": ("open('x', 'w')\n" + GOOD, "apps/shop.py:2: the app writes files"),
    "asks the network": ("import socket\nsocket.create_connection(('127.0.0.1', 9))\n", "apps/shop.py:3: the app asks the net"),
    "imports what is not there": ("import nothing_here\n" + GOOD, "apps/shop.py:2: the app raises ModuleNotFoundError"),
    "parts without names": ("app = App('shop')\n", "apps/shop.py:2: the app raises TypeError: App takes its parts by name"),
    "says too much": ("app = App(name='x' * 20_000_000, team='web', workloads=[])\n", "apps/shop.py: the app says more than 8"),
    "not UTF-8": (b"x = '\xff'\n", "apps/shop.py:2: the file is not UTF-8"),
    "NUL": ("x = '\0'\n", "apps/shop.py:"),
    "a word in the wrong place": (
        GOOD.replace("v1\")", "v1\",\n  rollout=Spread())"),
        "apps/shop.py:3: rollout: Spread(...) stands where Rollout(...) belongs",
    ),
    "no workload": (GOOD.replace("Service(", "Resources(), Service("), "apps/shop.py:2: Resources(...) is no workload"),
    "no plain data": (GOOD.replace("v1\")", "v1\",\n  args={'a'})"), "apps/shop.py:3: args: a Python set is no plain data"),
    "an unknown key": (GOOD.replace("v1\")", "v1\",\n  autoscal=1)"), "apps/shop.py:3: unknown key 'autoscal'"),
    "holds itself": ("a = []\na.append(a)\napp = App(name='x', team='y', workloads=a)\n", "apps/shop.py:4"),
}  # fmt: skip


@pytest.fixture(scope="module", params=[False, True], ids=["as it is", "sandboxed"])
def complaints(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is said about each of the spoiled apps: all are read in one go, which also shows that none disturbs another."""
    repository = Repository(tmp_path_factory.mktemp("spoiled"))
    for number, (text, _) in enumerate(SPOILED.values()):
        head = HEAD.encode() if isinstance(text, bytes) else HEAD
        repository.write(f"apps/app{number}.py", head + text)  # type: ignore[operator]
    said: dict[str, list[str]] = {}
    for complaint in repository.complaints(seconds=1.5, sandbox=request.param and needs_sandbox()):
        said.setdefault(complaint.split(".py")[0], []).append(complaint)
    return said


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_app_is_one_clear_complaint(complaints: dict[str, list[str]], name: str) -> None:
    number = list(SPOILED).index(name)
    (complaint,) = complaints[f"apps/app{number}"]
    assert complaint.startswith(SPOILED[name][1].replace("apps/shop.py", f"apps/app{number}.py"))


def test_an_app_that_never_ends_is_stopped_at_its_line(repository: Repository) -> None:
    repository.write("apps/shop.py", "x = 1\nwhile True:\n    x += 1\n")
    begun = time.monotonic()
    (complaint,) = repository.complaints(seconds=1.0)
    assert complaint.startswith(("apps/shop.py:2: the app did not end within 1 s", "apps/shop.py:3: the app did not"))
    assert time.monotonic() - begun < 8


def _text(file: Path) -> str:
    with suppress(OSError):  # the process may have ended meanwhile
        return file.read_text().strip()
    return ""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_what_an_app_left_running_is_ended(repository: Repository) -> None:
    # ctypes is the one way around the guard
    fork = "import ctypes\nif ctypes.CDLL(None).fork() == 0:\n    import time\n    open('/proc/self/comm').read()\n"
    mark = "bayplan-lingers"
    named = f"    ctypes.CDLL(None).prctl(15, b'{mark}', 0, 0, 0)\n    time.sleep(60)\n"
    repository.write("apps/shop.py", HEAD + fork + named + GOOD.replace("r.example.com/a:v1", "not an image"))
    repository.complaints(seconds=5.0)
    found = [file for file in Path("/proc").glob("[0-9]*/comm") if _text(file) == mark]
    assert not [file for file in found if " Z " not in _text(file.with_name("stat"))]


def test_all_mistakes_of_a_file_are_told_each_with_its_line(repository: Repository) -> None:
    repository.write(
        "apps/shop.py",
        HEAD
        + """
small = Resources(
    cpu="half",
    memory="256Mb",
)

def service(name, **more):
    return Service(
        name=name,
        image="r.example.com/a:v1",
        **more,
    )

app = App(
    name="shop",
    team="Web",
    workloads=[
        service("front", resources=small, port=99999),
        service("back").model_copy(update={"replicas": -1}),
        Service(name="x", image="r.example.com/a:v1", args=[
            "a",
            7,
        ], autoscale=Autoscale(min=9, max=2)),
    ],
)
""",
    )
    places = [complaint.split(": ")[0] + ": " + complaint.split(": ")[1] for complaint in repository.complaints()]
    assert places == [
        "apps/shop.py:4: cpu",
        "apps/shop.py:5: memory",
        "apps/shop.py:9: port",
        "apps/shop.py:17: team",
        "apps/shop.py:20: replicas",
        "apps/shop.py:23: args",
        "apps/shop.py:24: min 9 is above max 2" + places[-1].removeprefix("apps/shop.py:24: min 9 is above max 2"),
    ]


def test_shared_code_is_named_by_its_own_file(repository: Repository) -> None:
    repository.write("apps/_shared.py", "from bayplan import Resources\n\nSMALL = Resources(\n    cpu='half')\n")
    repository.write(
        "apps/shop.py", HEAD + "from _shared import SMALL\n" + GOOD.replace('v1")', 'v1", resources=SMALL)')
    )
    (complaint,) = repository.complaints()
    assert complaint.startswith("apps/_shared.py:4: cpu: 'half'")


def test_the_environment_does_not_decide(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP", "1")
    repository.write("apps/shop.py", "import os\nos.environ['SHOP']\n")
    (complaint,) = repository.complaints()
    assert complaint.startswith("apps/shop.py:2: the app raises KeyError")
