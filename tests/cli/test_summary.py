"""What `bayplan synth` says at its end."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.repository import Repository


def test_prices_of_another_region_are_called_so(repository: Repository) -> None:
    assert "prices of" not in repository.run("synth").stdout
    repository.change("clusters/east/cluster.yaml", "region: us-east-1", "region: eu-central-1")
    assert "east: prices of us-east-1" in repository.run("synth").stdout
    repository.change("clusters/east/cluster.yaml", "nodes: {min: 2", 'usd_per_hour: "0.24", nodes: {min: 2')
    assert "prices of" not in repository.run("synth").stdout


def test_a_second_run_says_that_nothing_changed(repository: Repository) -> None:
    told = repository.run("synth", "--json")
    summary = json.loads(told.stdout)
    assert (summary["added"], summary["changed"], summary["removed"]) == ([], [], [])
    assert [cluster["plan_kept"] for cluster in summary["clusters"]] == [True]
    assert "nothing changed" in repository.run("synth").stdout


def test_deleting_a_service_removes_exactly_its_files(repository: Repository) -> None:
    before = repository.bytes_of("dist")
    repository.change("apps/bot.yaml", "    access:\n", "    access: # of the first\n")
    second = "  - {kind: Service, name: second, image: 'registry.example.com/a/b:v1@sha256:" + "3f" * 32 + "'}\n"
    repository.write("apps/bot.yaml", (repository.root / "apps/bot.yaml").read_text() + second)
    assert repository.run("synth").returncode == 0
    added = repository.bytes_of("dist").keys() - before.keys()
    assert added
    assert all(".second." in path for path in added)
    repository.change("apps/bot.yaml", second, "")
    assert repository.run("synth", "--allow-deletions").returncode == 0
    assert repository.bytes_of("dist").keys() == before.keys()


def test_what_was_rendered_before_is_answered_at_once_and_in_the_same_words(repository: Repository) -> None:
    looked = {**os.environ, "BAYPLAN_CACHE": ""}
    kept = {**os.environ, "BAYPLAN_CACHE": str(repository.root / ".kept")}
    repository.change("apps/shop.py", "max=6", "max=5")
    first = repository.run("synth", environment=kept)
    assert "decided anew" in first.stdout or "shop" in first.stdout
    again, anew = repository.run("synth", environment=kept), repository.run("synth", environment=looked)
    assert "nothing has changed" in again.stderr
    assert "nothing has changed" not in anew.stderr
    assert (again.stdout, again.returncode) == (anew.stdout, anew.returncode)


def test_an_answer_is_kept_for_nothing_but_the_same_bytes(repository: Repository) -> None:
    kept = {**os.environ, "BAYPLAN_CACHE": str(repository.root / ".kept")}
    assert repository.run("synth", environment=kept).returncode == 0
    file = next(path for path in repository.bytes_of("dist") if "Deployment.front" in path)
    text = (repository.root / file).read_text()
    repository.write(file, text.replace("front", "frond"))
    assert "nothing has changed" not in repository.run("synth", environment=kept).stderr
    assert (repository.root / file).read_text() == text
