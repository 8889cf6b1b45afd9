"""Clones as CI makes them, and repositories of other forms."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.review.checkout import SETTINGS, Checkout, settings

from bayplan.complaint import BadInput

if TYPE_CHECKING:
    from pathlib import Path

ONE = ["modified one one.yaml"]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Two commits on main, and one on a branch that left main after the first."""
    made = Checkout.new(tmp_path / "repository")
    made.git("checkout", "-q", "-b", "branch")
    made.write("dist/one.yaml", settings("one", "bye"))
    made.commit("of the branch")
    made.git("checkout", "-q", "main")
    made.write("dist/two.yaml", settings("two", "bye"))
    made.commit("second")
    return made


def test_a_shallow_clone_says_what_is_missing(checkout: Checkout, tmp_path: Path) -> None:
    clone = checkout.clone(tmp_path / "clone", "--depth=1", "--branch=branch")
    told = clone.run("dist", "--base", "main")
    assert told.returncode == 2
    assert "which is a shallow clone" in told.stderr
    assert "git fetch --unshallow" in told.stderr
    clone.git("fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main")
    told = clone.run("dist", "--base", "origin/main")
    assert told.returncode == 2
    assert "has left origin/main at a commit that is not in this clone, which is shallow" in told.stderr
    clone.git("fetch", "--quiet", "--unshallow", "origin", "main", "branch")
    assert clone.changes("origin/main") == ONE


def test_a_shallow_clone_does_where_it_has_both_commits(checkout: Checkout, tmp_path: Path) -> None:
    checkout.git("checkout", "-q", "branch")
    checkout.git("merge", "-q", "main", "-m", "as a forge merges it to try it")
    clone = checkout.clone(tmp_path / "clone", "--depth=2", "--branch=branch")
    assert clone.changes("HEAD^2") == ONE


def test_a_partial_clone_says_what_is_missing_and_fetches_nothing(checkout: Checkout, tmp_path: Path) -> None:
    clone = checkout.clone(tmp_path / "clone", "--filter=blob:none", "--branch=branch")
    before = clone.print()
    told = clone.run("dist", "--base", "HEAD~1")
    assert told.returncode == 2
    assert "has 1 file that are not in this clone, which is a partial one" in told.stderr.replace("files", "file")
    assert clone.print() == before
    fix = told.stderr.partition("Fetch it first: ")[2] or told.stderr.partition("Fetch them first: ")[2]
    command = fix.splitlines()[0].split()
    assert command[:2] == ["git", "archive"]
    subprocess.run(command, cwd=clone.root, env={**os.environ, **SETTINGS}, check=True)
    assert clone.changes("HEAD~1") == ONE


def test_a_partial_clone_lacks_nothing_where_all_files_are_the_same(checkout: Checkout, tmp_path: Path) -> None:
    clone = checkout.clone(tmp_path / "clone", "--filter=blob:none")
    clone.write("dist/three.yaml", settings("three"))
    assert clone.changes("HEAD") == ["added three three.yaml"]


def test_what_a_sparse_checkout_leaves_out_is_there(checkout: Checkout, tmp_path: Path) -> None:
    checkout.write("dist/app/three.yaml", settings("three"))
    checkout.write("docs/readme.md", "words")
    checkout.commit("third")
    clone = checkout.clone(tmp_path / "clone")
    clone.git("sparse-checkout", "set", "docs")
    assert not (clone.root / "dist").exists()
    assert clone.changes("HEAD") == []
    assert clone.changes("HEAD~1") == ["added three app/three.yaml"]


def test_a_bare_repository_has_no_working_tree(checkout: Checkout, tmp_path: Path) -> None:
    clone = checkout.clone(tmp_path / "bare.git", "--bare")
    assert clone.changes("main", "branch") == ONE
    told = clone.run("dist", "--base", "main")
    assert told.returncode == 2
    assert "is a bare repository" in told.stderr
    assert "--head REV" in told.stderr


def test_worktrees_of_git_are_repositories(checkout: Checkout, tmp_path: Path) -> None:
    checkout.git("worktree", "add", "-q", str(tmp_path / "tree"), "branch")
    tree = Checkout(tmp_path / "tree")
    assert tree.changes("main") == ONE
    tree.write("dist/one.yaml", settings("one", "again"))
    assert tree.changes("branch") == ONE


def test_submodules_are_not_followed_and_told(checkout: Checkout, tmp_path: Path) -> None:
    other = Checkout.new(tmp_path / "other")
    command = ["-c", "protocol.file.allow=always", "submodule", "add", "-q", other.root.as_uri(), "dist/other"]
    checkout.git(*command)
    checkout.commit("third")
    for head in ("", "HEAD"):
        review = checkout.review("HEAD~1", head)
        assert review.changes == ()
        assert "dist/other is a submodule: what it holds is not looked at" in review.unknown
    inner = Checkout(checkout.root / "dist/other")
    inner.write("dist/one.yaml", settings("one", "bye"))
    assert inner.changes("HEAD") == ONE  # it is a repository by itself


def test_hashes_of_sha_256(tmp_path: Path) -> None:
    checkout = Checkout.new(tmp_path / "repository", "--object-format=sha256")
    checkout.write("dist/one.yaml", settings("one", "bye"))
    assert checkout.changes("HEAD") == ONE
    checkout.commit("second")
    assert checkout.changes("HEAD~1", "HEAD") == ONE
    assert len(checkout.review("HEAD~1").base) == 64


def test_ends_of_lines_change_nothing(checkout: Checkout) -> None:
    checkout.git("config", "core.autocrlf", "true")
    for name in ("one", "two"):
        checkout.write(f"dist/{name}.yaml", (checkout.root / f"dist/{name}.yaml").read_text().replace("\n", "\r\n"))
    assert checkout.changes("HEAD") == []
    checkout.write("dist/one.yaml", settings("one", "bye").replace("\n", "\r\n"))
    assert checkout.changes("HEAD") == ONE


def test_a_hook_of_git_may_ask(checkout: Checkout, tmp_path: Path) -> None:
    other = Checkout.new(tmp_path / "other")
    checkout.write("dist/one.yaml", settings("one", "bye"))
    of_hook = {"GIT_DIR": str(other.root / ".git"), "GIT_INDEX_FILE": "gone", "GIT_WORK_TREE": str(other.root)}
    told = checkout.run("dist", "--base", "HEAD", "--json", **of_hook)
    assert '"one"' in told.stdout, told.stderr


def test_a_repository_that_git_does_not_trust(checkout: Checkout) -> None:
    if os.getuid() != 0:
        pytest.skip("only root may give files away")
    for path in (checkout.root, checkout.root / ".git"):
        os.chown(path, 12345, 12345)
    told = checkout.run("dist", "--base", "HEAD", SUDO_UID="12346")
    assert told.returncode == 2
    assert "safe.directory" in told.stderr


def test_objects_that_are_broken_are_told(checkout: Checkout) -> None:
    blob = checkout.git("rev-parse", "HEAD~1:dist/two.yaml")
    file = checkout.root / ".git/objects" / blob[:2] / blob[2:]
    file.chmod(0o644)
    file.write_bytes(b"no object")
    with pytest.raises(BadInput, match="git fsck"):
        checkout.review("HEAD~1")
