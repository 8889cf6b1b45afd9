"""The other kinds of conflict: one side renames or deletes, or both add the same; `synth` ends them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.cli.git_repository import ATTRIBUTES, GitRepository, commit_all
from tests.cli.repository import EAST

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.repository import Repository


@pytest.fixture
def git(well: Repository, tmp_path: Path) -> GitRepository:
    return commit_all(well, tmp_path / "repository", ATTRIBUTES)


def settle(repository: GitRepository) -> str:
    """One command, and the tree is what apps and clusters say; returns what the merge has left to commit."""
    repository.synth("--allow-deletions")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--no-edit")
    assert "what is committed is what would be written" in repository.synth("--locked", "--check")
    assert repository.git("status", "--short") == ""
    return repository.git("ls-files", "dist")


def test_an_app_that_one_side_renames_and_the_other_changes(git: GitRepository) -> None:
    git.branch(
        "renamed", "apps/shop.py", 'name="shop"', 'name="store"', also=("apps/bot.yaml", "shop/front", "store/front")
    )
    git.branch("changed", "apps/shop.py", 'cpu="500m"', 'cpu="1"')
    git.git("merge", "renamed", code=1)
    left = settle(git)
    assert "dist/east/apps/store/" in left
    assert "dist/east/apps/shop/" not in left
    assert 'cpu: "1"' in "".join(file.read_text() for file in (git.root / "dist/east/apps/store").iterdir())


def test_an_app_that_one_side_deletes_and_the_other_changes(git: GitRepository) -> None:
    git.branch("changed", "apps/bot.yaml", "replicas: 2", "replicas: 3")
    git.git("switch", "--quiet", "--create", "deleted", "base")
    git.git("rm", "--quiet", "apps/bot.yaml")
    git.synth("--allow-deletions")
    git.commit("deleted")
    git.git("merge", "changed", code=1)
    assert (git.root / "apps/bot.yaml").exists(), "a person decides about apps"
    git.git("rm", "--quiet", "apps/bot.yaml")
    assert "dist/east/apps/bot/" not in settle(git)


def test_a_cluster_that_both_sides_add(git: GitRepository) -> None:
    for branch, most in (("one", 6), ("two", 8)):
        git.git("switch", "--quiet", "--create", branch, "base")
        git.write(
            "clusters/west/cluster.yaml", EAST.replace("name: east", "name: west").replace("max: 6", f"max: {most}")
        )
        git.synth()
        git.commit(branch)
    git.git("merge", "one", code=1)
    told = git.synth(code=2)
    assert "clusters/west/cluster.yaml:7: holds the marks of an unfinished merge" in told
    git.git("checkout", "--ours", "clusters/west/cluster.yaml")
    assert "dist/west/flux/" in settle(git)


def test_a_cluster_that_one_side_deletes_and_the_other_changes(git: GitRepository) -> None:
    git.git("switch", "--quiet", "--create", "both", "base")
    git.write("clusters/west/cluster.yaml", EAST.replace("name: east", "name: west"))
    git.synth()
    git.commit("both")
    git.git("branch", "--force", "base")
    git.branch("changed", "clusters/west/cluster.yaml", "max: 6", "max: 8")
    git.git("switch", "--quiet", "--create", "deleted", "base")
    git.git("rm", "--quiet", "-r", "clusters/west")
    git.synth("--allow-deletions")
    git.commit("deleted")
    git.git("merge", "changed", code=1)
    git.git("rm", "--quiet", "clusters/west/cluster.yaml")
    assert "dist/west/" not in settle(git)
