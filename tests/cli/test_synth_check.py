"""`synth --check`: what was edited by hand, or not committed, is named with its line; nothing is written."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.cli.repository import Repository

APP = "dist/east/apps/shop"


def check(repository: Repository, *arguments: str, code: int) -> subprocess.CompletedProcess[str]:
    before = {str(file): file.lstat().st_mtime_ns for file in repository.root.rglob("*")}
    told = repository.run("synth", "--locked", "--check", *arguments)
    assert told.returncode == code, told.stdout + told.stderr
    assert "Traceback" not in told.stderr
    assert {str(file): file.lstat().st_mtime_ns for file in repository.root.rglob("*")} == before
    return told


def file_of(repository: Repository, kind: str) -> Path:
    return next((repository.root / APP).glob(f"{kind}.*.yaml"))


def test_what_is_committed_as_it_was_written_is_well(repository: Repository) -> None:
    assert check(repository, code=0).stdout == "what is committed is what would be written\n"


def test_an_edit_by_hand_is_named_with_its_line(repository: Repository) -> None:
    edited, gone = file_of(repository, "Deployment"), file_of(repository, "Service")
    text = edited.read_text()
    line = text[: text.index("image: ")].count("\n") + 1
    edited.write_text(text.replace("image: ", "image: evil.example.com/", 1))
    gone.unlink()
    left = gone.with_name("Secret.mine.yaml")
    left.write_text("kind: Secret\n")
    told = check(repository, code=1)
    assert f"  ~ {APP}/{edited.name}:{line}\n" in told.stdout
    assert f"  + {APP}/{gone.name}\n" in told.stdout
    assert f"  - {APP}/{left.name}\n" in told.stdout
    assert "Run `bayplan synth` and commit what it writes; a change by hand belongs into apps/." in told.stdout
    data = json.loads(check(repository, "--json", code=1).stdout)
    assert data == {
        "added": [f"{APP}/{gone.name}"],
        "changed": [f"{APP}/{edited.name}:{line}"],
        "removed": [f"{APP}/{left.name}"],
        "locks": [],
    }
    assert repository.run("synth").returncode == 0
    check(repository, code=0)


def test_bytes_that_are_no_text_and_lines_of_windows_are_differences(repository: Repository) -> None:
    binary, windows = file_of(repository, "Deployment"), file_of(repository, "Service")
    binary.write_bytes(bytes(range(256)))
    windows.write_bytes(windows.read_bytes().replace(b"\n", b"\r\n"))
    told = check(repository, code=1)
    assert f"  ~ {APP}/{binary.name}:1\n" in told.stdout
    assert f"  ~ {APP}/{windows.name}:1\n" in told.stdout


def test_a_tree_that_was_never_rendered_is_missing_altogether(repository: Repository) -> None:
    told = check(repository, "--out", "elsewhere", code=1)
    assert "  + elsewhere/east/apps/shop/" in told.stdout
    assert not (repository.root / "elsewhere").exists()


def test_a_plan_that_would_be_decided_otherwise_is_named(repository: Repository) -> None:
    repository.change("apps/shop.py", 'cpu="500m"', 'cpu="1500m"')
    before = repository.bytes_of("clusters", "dist")
    told = repository.run("synth", "--check")
    assert told.returncode == 1, told.stderr
    assert "  ~ clusters/east/plan.lock\n" in told.stdout
    assert repository.bytes_of("clusters", "dist") == before


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("link.yaml", f"{APP}/link.yaml: is a symlink"),
        ("logo.png", f"{APP}/logo.png: was not written by bayplan"),
        ("module/.git", f"{APP}/module/.git: was not written by bayplan"),
        ("pipe.yaml", f"{APP}/pipe.yaml: is no regular file"),
    ],
)
def test_what_is_not_ours_is_refused_and_stays(repository: Repository, name: str, says: str) -> None:
    place = repository.root / APP / name
    place.parent.mkdir(exist_ok=True)
    match name:
        case "link.yaml":
            place.symlink_to("/etc/passwd")
        case "pipe.yaml":
            os.mkfifo(place)
        case _:
            place.write_bytes(b"\x89PNG\0")
    assert says in check(repository, code=2).stderr
    told = repository.run("synth")
    assert told.returncode == 2
    assert says in told.stderr
    assert place.is_symlink() or place.exists()
