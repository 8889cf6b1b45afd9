"""The four apps on a cluster that is too small for them: the explanation, as a person reads it.

`infeasible_fleet.txt` is what is told; it is read before it is committed. Nothing is written.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.cli.repository import Repository

ROOT = Path(__file__).parents[2]
TOLD = Path(__file__).with_name("infeasible_fleet.txt")
MAX, FEW = "nodes: {min: 0, max: 60}", "nodes: {min: 0, max: 24}"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What plan says where prod may have 24 nodes of l4 in place of 60."""
    repository = Repository(tmp_path_factory.mktemp("small"))
    shutil.copytree(ROOT / "apps", repository.root / "apps", dirs_exist_ok=True)
    text = (ROOT / "clusters" / "prod" / "cluster.yaml").read_text()
    assert text.count(MAX) == 1
    repository.write("clusters/prod/cluster.yaml", text.replace(MAX, FEW))
    done = repository.run("plan")
    assert done.returncode == 2
    assert not (repository.root / "clusters" / "prod" / "plan.lock").exists()
    return done.stderr


def test_the_explanation_is_the_one_that_was_read(told: str) -> None:
    assert told == TOLD.read_text()


def test_it_names_what_is_missing_how_much_and_what_to_do(told: str) -> None:
    assert "l4 (24 nodes at the most)" in told
    assert "while customer-service/answers survives the loss of a zone" in told
    ways = set(re.findall(r"The cheapest way out: (.*?), [0-9.]+ USD/h at the maximum load", told))
    assert ways == {"6 more nodes of l4 (nodes.max 30 instead of 24)"}
    assert "sentiment" not in told, "who has no part in it is not named"
