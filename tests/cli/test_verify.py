"""`bayplan verify`: the committed plans against what is asked for today, without a solver."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.repository import Repository

LOCK = "clusters/east/plan.lock"


def test_a_plan_that_holds_is_told_with_its_figures(repository: Repository) -> None:
    told = repository.run("verify")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("east  the committed plan keeps every rule\n")
    assert "realised above bound" in told.stdout


def test_a_broken_rule_is_told_with_who_and_where(repository: Repository) -> None:
    repository.change("apps/bot.yaml", "replicas: 2", "replicas: 3")
    told = repository.run("verify", "east")
    assert told.returncode == 1
    assert "east  the committed plan breaks" in told.stdout
    assert "since it was decided: bot/api has replicas at the minimum load 3 instead of 2" in told.stdout
    assert "apps/bot.yaml:4  everybody_sits: bot/api runs 3 pods at the minimum load, 2 have a seat" in told.stdout


def test_json_names_rule_file_and_line(repository: Repository) -> None:
    repository.change("apps/bot.yaml", "replicas: 2", "replicas: 3")
    told = repository.run("verify", "--json")
    assert told.returncode == 1
    first = json.loads(told.stdout)["east"]["broken"][0]
    assert (first["rule"], first["file"], first["line"]) == ("everybody_sits", "apps/bot.yaml", 4)


def test_nothing_is_written(repository: Repository) -> None:
    repository.change("apps/bot.yaml", "replicas: 2", "replicas: 3")
    before = repository.bytes_of(".")
    repository.run("verify")
    assert repository.bytes_of(".") == before


def test_an_unknown_cluster_is_answered(repository: Repository) -> None:
    told = repository.run("verify", "eats")
    assert told.returncode == 2
    assert "there is no cluster 'eats'\n    Did you mean east?" in told.stderr


def test_a_missing_plan_is_bad_input(repository: Repository) -> None:
    (repository.root / LOCK).unlink()
    told = repository.run("verify")
    assert told.returncode == 2
    assert f"{LOCK}: cluster east has no committed plan" in told.stderr


def test_no_solver_is_started(repository: Repository) -> None:
    script = (
        "import sys; from bayplan.cli.run import run; code = run(['verify']);"
        "print(code, sorted(name for name in sys.modules if name.split('.')[0] in ('ortools', 'cdk8s', 'jsii')))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=repository.root,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.splitlines()[-1] == "0 []"


def resealed(text: str) -> str:
    """A lock whose checksum is right again, as somebody who wants to be believed would make it."""
    head, _, body = text.partition("checksum: ")
    body = body.partition("\n")[2]
    return f"{head}checksum: sha256-{hashlib.sha256(body.encode()).hexdigest()[:16]}\n{body}"


def mutants(text: str) -> list[str]:
    """Every number of the plan, one more: seats, nodes, cost, bound."""
    plan = [at for at, line in enumerate(text.splitlines()) if re.match(r"cost:|    nodes:|      \w+: \{min", line)]
    found = []
    for at in plan:
        lines = text.splitlines()
        for number in re.finditer(r"(?<=: )\d+", lines[at]):
            changed = lines[at][: number.start()] + str(int(number[0]) + 1) + lines[at][number.end() :]
            found.append("\n".join([*lines[:at], changed, *lines[at + 1 :]]) + "\n")
    return found


def test_a_mutated_lock_is_refused_also_where_its_checksum_is_made_right(repository: Repository) -> None:
    text = (repository.root / LOCK).read_text()
    assert resealed(text) == text
    changed = mutants(text)
    assert len(changed) >= 8
    for one in changed:
        repository.write(LOCK, one)
        assert repository.run("verify").returncode == 2
        repository.write(LOCK, resealed(one))
        told = repository.run("verify")
        assert told.returncode == 1, one
        assert "the committed plan breaks" in told.stdout


@pytest.mark.parametrize("how", ["folder", "unreadable"])
def test_a_lock_that_cannot_be_read_is_bad_input(repository: Repository, how: str) -> None:
    lock = repository.root / LOCK
    if how == "folder":
        lock.unlink()
        lock.mkdir()
    else:
        lock.chmod(0)
        if os.access(lock, os.R_OK):
            pytest.skip("root may read everything")
    for command in (["verify"], ["plan"], ["plan", "--locked"]):
        told = repository.run(*command)
        assert told.returncode == 2, command
        assert f"{LOCK}: the plan cannot be read" in told.stderr
        assert "Traceback" not in told.stderr
