"""Two changes of the plan, each green alone, and git between them: never a wrong dist/, and one command to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.cli.git_repository import ATTRIBUTES, GitRepository, begin

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.repository import Repository

WAYS = {"merge": ["merge", "more"], "rebase": ["rebase", "more"], "cherry-pick": ["cherry-pick", "more"]}
GO_ON = {
    "merge": ["commit", "--quiet", "--no-edit"],
    "rebase": ["rebase", "--continue"],
    "cherry-pick": ["cherry-pick", "--continue"],
}
PLAIN = "* text=auto eol=lf\n"


@pytest.fixture(scope="session", params=[ATTRIBUTES, PLAIN], ids=["our attributes", "no attributes"])
def two(request: pytest.FixtureRequest, well: Repository, tmp_path_factory: pytest.TempPathFactory) -> GitRepository:
    return begin(well, tmp_path_factory.mktemp("two") / "repository", request.param)


@pytest.mark.parametrize("way", WAYS)
def test_a_conflict_is_resolved_by_one_command(two: GitRepository, tmp_path: Path, way: str) -> None:
    repository = two.copy(tmp_path / "repository")
    repository.git("switch", "--quiet", "bigger")
    repository.git(*WAYS[way], code=1)
    assert "UU clusters/east/plan.lock" in repository.git("status", "--short")
    if "<<<<<<<" in (repository.root / "clusters/east/plan.lock").read_text():
        told = repository.synth("--locked", code=2)
        assert "clusters/east/plan.lock:" in told
        assert "unfinished merge" in told
        assert "Run `bayplan synth`" in told
        assert "the plan of ours counts as the committed one" in repository.synth()
    else:
        repository.synth()
    repository.git("add", "--all")
    repository.git(*GO_ON[way])
    assert repository.git("status", "--short") == ""
    assert "<<<<<<<" not in "".join(file.read_text() for file in (repository.root / "dist").rglob("*.yaml"))
    assert "what is committed is what would be written" in repository.synth("--locked", "--check")


def test_both_orders_give_the_same_tree(two: GitRepository, tmp_path: Path) -> None:
    trees = []
    for first, second in (("bigger", "more"), ("more", "bigger")):
        repository = two.copy(tmp_path / first)
        repository.git("switch", "--quiet", first)
        repository.git("merge", second, code=1)
        repository.synth()
        trees.append(repository.bytes_of("dist", "clusters"))
    assert trees[0] == trees[1]


def test_only_with_our_attributes_no_lines_of_two_plans_are_mixed(two: GitRepository, tmp_path: Path) -> None:
    repository = two.copy(tmp_path / "repository")
    repository.git("switch", "--quiet", "bigger")
    ours = repository.bytes_of("clusters")
    repository.git("merge", "more", code=1)
    ours_whole = "-merge" in (repository.root / ".gitattributes").read_text()
    assert (repository.bytes_of("clusters") == ours) is ours_whole


def test_a_plan_that_two_green_changes_overfill_is_told_when_locked_and_decided_anew_otherwise(
    two: GitRepository, tmp_path: Path
) -> None:
    repository = two.copy(tmp_path / "repository")
    repository.git("switch", "--quiet", "bigger")
    repository.git("merge", "more", code=1)
    repository.git("checkout", "--ours", "clusters", "dist")
    repository.commit("resolved without bayplan")
    told = repository.synth("--locked", code=2)
    assert "clusters/east/plan.lock: the committed plan no longer fits: " in told
    assert "bot/api" in told
    assert "Run `bayplan synth`, and commit plan.lock and dist/." in told
    repository.synth()
    repository.synth("--locked", "--check")


def test_marks_without_git_are_mended_too(repository: Repository) -> None:
    path = "clusters/east/plan.lock"
    text = (repository.root / path).read_text()
    repository.write(path, f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> pr\n")
    deployment = next((repository.root / "dist").rglob("Deployment.front.yaml"))
    whole = deployment.read_text()
    deployment.write_text(f"<<<<<<< HEAD\n{whole}=======\n{whole}>>>>>>> pr\n")
    checked = repository.run("check")
    assert "Deployment.front.yaml:1" in checked.stdout + checked.stderr
    assert "bayplan synth" in checked.stdout + checked.stderr
    told = repository.run("synth")
    assert told.returncode == 0, told.stderr
    assert "without a side to be read" in told.stderr
    assert deployment.read_text() == whole
