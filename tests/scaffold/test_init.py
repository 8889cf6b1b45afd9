"""`bayplan init`: few questions, all or nothing, and never over somebody's work."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scaffold.begun import Begun


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_an_empty_folder_becomes_a_repository_that_is_well(platform: Begun) -> None:
    for command in (("check",), ("verify",), ("synth", "--locked")):
        assert platform.bayplan(*command).returncode == 0
    assert platform.git("status", "--porcelain") == ""
    assert {
        ".bayplan.yaml",
        ".bayplan/review.sh",
        ".gitattributes",
        ".github/CODEOWNERS",
        ".github/workflows/bayplan-comment.yml",
        ".github/workflows/bayplan-main.yml",
        ".github/workflows/bayplan.yml",
        ".gitignore",
        "README.md",
        "apps/hello.yaml",
        "clusters/prod/cluster.yaml",
        "clusters/prod/plan.lock",
        "dist/prod/apps/hello/Deployment.web.yaml",
    } <= names(platform.root)


def test_a_second_run_has_nothing_to_do(platform: Begun) -> None:
    told = platform.bayplan("init", "--yes", "--json")
    assert told.returncode == 0
    said = json.loads(told.stdout)
    assert said["written"] == []
    assert "dist/prod/apps/hello/Deployment.web.yaml" in said["kept"]
    assert platform.git("status", "--porcelain") == ""


@pytest.mark.parametrize("forge", ["github", "gitlab", "gitea", "bitbucket", "jenkins"])
def test_flags_answer_everything(empty: Begun, forge: str) -> None:
    url = "https://git.example.com/acme/fleet.git"
    words = ["--name", "chat", "--forge", forge, "--url", url, "--team", "ai", "--cluster", "east"]
    told = empty.bayplan("init", "fleet", *words)
    assert told.returncode == 0, told.stderr
    root = empty.root / "fleet"
    app = yaml.safe_load((root / "apps/chat.yaml").read_text())
    assert (app["name"], app["team"]) == ("chat", "ai")
    assert yaml.safe_load((root / "clusters/east/cluster.yaml").read_text())["source"] == {"url": url}
    (owners,) = root.rglob("CODEOWNERS")
    assert "@acme/ai" in owners.read_text()
    pipeline = {"gitlab": ".gitlab-ci.yml", "bitbucket": "bitbucket-pipelines.yml", "jenkins": "Jenkinsfile"}
    assert (root / pipeline.get(forge, f".{forge}/workflows/bayplan.yml")).is_file()
    assert f"dist/{'east'}/apps/chat/kustomization.yaml" in names(root)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--name", "Hello World"], "'Hello World' is no name"),
        (["--name", "default"], "belongs to the platform"),
        (["--name", "../evil"], "is no name"),
        (["--team", "a\nb: c"], "is no name"),
        (["--cluster", "a/b"], "is no name"),
        (["--forge", "sourceforge"], "is none of github, gitlab"),
        (["--url", "git@example.com:a/b"], "is the short form of git"),
        (["--url", "https://user:hush@example.com/a/b"], "holds credentials"),
        (["--owner", "nobody\n* @me"], "is no owner"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(empty: Begun, words: list[str], what: str) -> None:
    told = empty.bayplan("init", "--yes", *words)
    assert told.returncode == 2, told.stdout
    assert what in told.stderr
    assert "Traceback" not in told.stderr
    assert names(empty.root) == set()


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("README.md", "README.md: is there already, and says something else"),
        (".github", ".github/CODEOWNERS: .github is a file"),
        ("apps/other.yaml", "apps/other.yaml: is there already: this repository has begun"),
        ("dist/prod/x.yaml", "dist/prod/x.yaml: is there already"),
        ("clusters/prod/plan.lock", "clusters/prod/plan.lock: is there already, and says something else"),
    ],
)
def test_nothing_is_written_where_something_stands_in_the_way(empty: Begun, path: str, what: str) -> None:
    (empty.root / path).parent.mkdir(parents=True, exist_ok=True)
    (empty.root / path).write_text("mine\n")
    told = empty.bayplan("init", "--yes")
    assert told.returncode == 2
    assert what in told.stderr
    assert names(empty.root) == {path}
    assert (empty.root / path).read_text() == "mine\n"


def test_no_link_is_followed(empty: Begun) -> None:
    elsewhere = empty.tools.parent / "elsewhere"
    elsewhere.mkdir()
    (empty.root / ".github").symlink_to(elsewhere)
    told = empty.bayplan("init", "--yes")
    assert (told.returncode, ".github is a symbolic link" in told.stderr) == (2, True)
    assert names(elsewhere) == set()


def test_what_cannot_be_written_whole_is_not_written_at_all(empty: Begun) -> None:
    if os.geteuid() == 0:
        (empty.root / "README.md").mkdir()  # root may write anywhere, but not over a folder
    else:
        empty.root.chmod(0o500)
    told = empty.bayplan("init", "--yes")
    empty.root.chmod(0o700)
    assert (told.returncode, "Traceback" in told.stderr) == (2, False)
    assert names(empty.root) == set()


def test_a_person_is_asked_three_things_at_most(empty: Begun) -> None:
    answers = ["Not A Name", "chat", "gitlab", "https://git.example.com/acme/fleet.git"]
    code, told = typed([str(empty.programs / "bayplan"), "init"], empty, answers)
    assert code == 0, told
    assert told.count("?") == 4, told  # three questions, the first one twice
    assert "is no name" in told
    assert (empty.root / ".gitlab-ci.yml").is_file()
    assert (empty.root / "apps/chat.yaml").is_file()


def typed(command: list[str], begun: Begun, answers: list[str]) -> tuple[int, str]:
    """A command on a terminal, with answers typed when it asks."""
    ours, theirs = pty.openpty()
    environment = begun.environment(TERM="dumb")
    process = subprocess.Popen(command, cwd=begun.root, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    told, asked = "", 0
    while select.select([ours], [], [], 300)[0]:
        try:
            data = os.read(ours, 4096).decode("utf-8", "replace")
        except OSError:  # Linux says so when the other end is closed
            break
        told += data
        if told.rstrip(" ").endswith(":") and "?" in told[asked:] and answers:
            asked = len(told)
            os.write(ours, f"{answers.pop(0)}\n".encode())
    os.close(ours)
    return process.wait(300), told


def test_the_remote_is_where_flux_reads(empty: Begun) -> None:
    empty.git("init", "--quiet")
    empty.git("remote", "add", "origin", "git@gitlab.example.com:acme/fleet.git")
    assert empty.bayplan("init", "--yes").returncode == 0
    source = yaml.safe_load((empty.root / "clusters/prod/cluster.yaml").read_text())["source"]
    assert source == {"url": "ssh://git@gitlab.example.com/acme/fleet.git"}
    assert (empty.root / ".gitlab-ci.yml").is_file()


def test_the_command_of_the_checkout_does_the_same(empty: Begun, platform: Begun) -> None:
    again = empty.root / "again" / "platform"
    told = subprocess.run([sys.executable, "-m", "bayplan", "init", again, "--yes"], check=False, capture_output=True)
    assert told.returncode == 0
    assert names(again) == {name for name in names(platform.root) if not name.startswith((".git/", "again/"))}
