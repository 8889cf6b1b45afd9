"""Every kind of bad input: one clear message with file and line, exit 2, dist/ and locks untouched, no traceback."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.repository import Repository


@dataclass(frozen=True)
class Case:
    """What is spoiled, and what is said about it."""

    name: str
    says: tuple[str, ...]
    """All of these stand in the message; the first names file and line."""
    change: dict[str, tuple[str, str]] = field(default_factory=dict)
    write: dict[str, str | bytes] = field(default_factory=dict)


SPOILED = [
    Case(
        "broken YAML", ("apps/bot.yaml:5", "line 4"), change={"apps/bot.yaml": ("- kind: Service", "- kind: [Service")}
    ),
    Case("a tab", ("apps/bot.yaml:5", "tab"), change={"apps/bot.yaml": ("    name: api", "\tname: api")}),
    Case("a key twice", ("apps/bot.yaml:2", "name", "twice"), change={"apps/bot.yaml": ("team:", "name:")}),
    Case(
        "an unknown key in YAML",
        ("apps/bot.yaml:7", "'replica'", "replicas"),
        change={"apps/bot.yaml": ("replicas: 2", "replica: 2")},
    ),
    Case(
        "an unknown key in Python",
        ("apps/shop.py:11", "'autoscal'", "autoscale"),
        change={"apps/shop.py": ("autoscale=", "autoscal=")},
    ),
    Case("a wrong unit", ("apps/shop.py:10", "256Mb", "Mi"), change={"apps/shop.py": ("256Mi", "256Mb")}),
    Case("negative replicas", ("apps/bot.yaml:7", "-2"), change={"apps/bot.yaml": ("replicas: 2", "replicas: -2")}),
    Case("min above max", ("apps/shop.py:11", "9", "6"), change={"apps/shop.py": ("min=2", "min=9")}),
    Case(
        "Python that raises",
        ("apps/shop.py:3", "ZeroDivisionError"),
        change={"apps/shop.py": ("\napp =", "\nprint, app = 1 / 0,")},
    ),
    Case("Python without app", ("apps/shop.py", "app"), change={"apps/shop.py": ("app = App", "thing = App")}),
    Case(
        "Python that prints", ("apps/shop.py:2", "print"), change={"apps/shop.py": ("\n\napp", "\nprint('hello')\napp")}
    ),
    Case("Python with a syntax error", ("apps/shop.py:3",), change={"apps/shop.py": ("app = App(", "app = = App(")}),
    Case("two apps of one name", ("apps/bot.yaml:1", "shop"), change={"apps/bot.yaml": ("name: bot", "name: shop")}),
    Case(
        "a cluster without pools",
        ("clusters/east/cluster.yaml:6", "pool"),
        change={
            "clusters/east/cluster.yaml": (
                "pools:\n  - {name: general, instance: m7i.xlarge, zones: [a, b], nodes: {min: 2, max: 6}}",
                "pools: []",
            )
        },
    ),
    Case(
        "an unknown instance type",
        ("clusters/east/cluster.yaml:7", "m7i.xlage", "m7i.xlarge"),
        change={"clusters/east/cluster.yaml": ("m7i.xlarge", "m7i.xlage")},
    ),
    Case(
        "a workload larger than any node",
        ("apps/shop.py", "shop/front", "general"),
        change={"apps/shop.py": ('cpu="500m"', 'cpu="64"')},
    ),
    Case(
        "more than the pools can hold",
        ("apps/shop.py", "shop/front", "general"),
        change={"apps/shop.py": ("max=6", "max=600")},
    ),
    Case("a corrupt plan.lock", ("clusters/east/plan.lock",), write={"clusters/east/plan.lock": b"\x00\xff{["}),
    Case(
        "a plan.lock in conflict",
        ("clusters/east/plan.lock:1",),
        write={"clusters/east/plan.lock": "<<<<<<< ours\ncluster: east\n=======\ncluster: east\n>>>>>>> theirs\n"},
    ),
    Case(
        "a name that leaves the tree",
        ("apps/bot.yaml:1", "../evil"),
        change={"apps/bot.yaml": ("name: bot", "name: ../evil")},
    ),
    Case(
        "file names that differ only by case",
        ("apps/", "case"),
        write={"apps/Bot.yaml": "name: other\nteam: web\nworkloads: [{kind: Service, name: a, image: a.io/b:v1}]\n"},
    ),
]


@pytest.mark.parametrize("case", SPOILED, ids=lambda case: case.name)
def test_bad_input_is_told_and_nothing_is_written(repository: Repository, case: Case) -> None:
    for path, (old, new) in case.change.items():
        repository.change(path, old, new)
    for path, text in case.write.items():
        repository.write(path, text)
    refuse(repository, case.says)


def refuse(repository: Repository, says: tuple[str, ...]) -> None:
    before = repository.bytes_of("dist", "clusters")
    told = repository.run("synth")
    assert told.returncode == 2, told.stdout + told.stderr
    assert "Traceback" not in told.stderr
    for words in says:
        assert words in told.stderr
    assert repository.bytes_of("dist", "clusters") == before
    assert not list(repository.root.glob(".dist*")), "a staging folder was left behind"


def test_an_app_that_never_ends_is_stopped(repository: Repository) -> None:
    repository.change("apps/shop.py", "\napp =", "\nwhile True: pass\napp =")
    refuse(repository, ("apps/shop.py", "10 s"))


def test_every_mistake_of_every_file_is_told_at_once(repository: Repository) -> None:
    repository.change("apps/shop.py", 'cpu="500m"', 'cpu="half"')
    repository.change("apps/shop.py", "max=6", "max=-6")
    repository.change("apps/bot.yaml", "replicas: 2", "replicas: two")
    repository.change("clusters/east/cluster.yaml", "max: 6", "max: six")
    refuse(repository, ("apps/shop.py:10", "apps/shop.py:11", "apps/bot.yaml:7", "clusters/east/cluster.yaml:7"))


def test_a_stale_lock_is_refused_when_locked_and_what_changed_is_named(repository: Repository) -> None:
    repository.change("apps/shop.py", 'cpu="500m"', 'cpu="1500m"')
    before = repository.bytes_of("dist", "clusters")
    told = repository.run("synth", "--locked")
    assert told.returncode == 2
    for words in ("clusters/east/plan.lock", "shop/front", "bayplan plan"):
        assert words in told.stderr
    assert repository.bytes_of("dist", "clusters") == before


def test_the_lock_of_another_cluster_is_refused(repository: Repository) -> None:
    west = repository.root / "clusters/west"
    shutil.copytree(repository.root / "clusters/east", west)
    repository.change("clusters/west/cluster.yaml", "name: east", "name: west")
    refuse(repository, ("clusters/west/plan.lock", "east"))


def test_a_symlink_in_dist_is_refused(repository: Repository) -> None:
    secret = repository.root.parent / "secret"
    secret.write_text("mine")
    (repository.root / "dist/east/link.yaml").symlink_to(secret)
    told = repository.run("synth")
    assert told.returncode == 2
    assert "dist/east/link.yaml" in told.stderr
    assert secret.read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to a read-only folder")
def test_a_read_only_tree_is_told(repository: Repository) -> None:
    repository.change("apps/bot.yaml", "replicas: 2", "replicas: 3")
    repository.root.chmod(0o555)
    try:
        refuse(repository, ("dist",))
    finally:
        repository.root.chmod(0o755)
