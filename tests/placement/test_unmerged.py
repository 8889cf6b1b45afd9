"""A lock in a conflict of git: one side's plan counts, whichever can be read; nobody's lines are ever mixed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.placement.small import demand, pool, problem

from bayplan.complaint import BadInput
from bayplan.placement.decide import decide

if TYPE_CHECKING:
    from pathlib import Path

GENERAL = pool("general", cpu=4000, nodes=(1, 3), price=2000)
SHOP = problem(demand("shop/front", cpu=500, pods=(2, 4), surge=1), GENERAL)
MORE = problem(demand("shop/front", cpu=1500, pods=(2, 4), surge=1), GENERAL)
MARKS = "<<<<<<< HEAD\nversion: 2\n=======\nversion: 2\n>>>>>>> pr\n"
BASE = "version: 2\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A lock with the marks of a merge."""
    path = tmp_path / "clusters/small/plan.lock"
    path.parent.mkdir(parents=True)
    path.write_text(MARKS)
    return path


def conflict(path: Path, ours: str, theirs: str) -> None:
    """As git leaves it: three sides in the index."""
    top = path.parents[2]

    def git(*arguments: str, text: str = "") -> str:
        command = ["git", "-C", str(top), *arguments]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout.strip()

    git("init", "--quiet")
    for stage, side in enumerate((BASE, ours, theirs), start=1):
        blob = git("hash-object", "-w", "--stdin", text=side)
        git("update-index", "--index-info", text=f"100644 {blob} {stage}\t{path.relative_to(top)}\n")


def text_of(place: Path, question: object) -> str:
    return decide(question, place / "none").text  # type: ignore[arg-type]


def test_ours_counts_and_is_kept_where_it_still_fits(path: Path) -> None:
    ours = text_of(path.parent, SHOP)
    conflict(path, ours, text_of(path.parent, MORE))
    decision = decide(SHOP, path)
    assert (decision.kept, decision.text) == (True, ours)
    assert decision.merged.endswith("the plan of ours counts as the committed one")


def test_theirs_counts_where_ours_was_spoiled(path: Path) -> None:
    theirs = text_of(path.parent, SHOP)
    conflict(path, "ours: spoiled\n", theirs)
    decision = decide(SHOP, path)
    assert (decision.kept, decision.text) == (True, theirs)
    assert "the plan of theirs" in decision.merged


def test_a_side_that_fits_no_more_is_what_the_new_plan_is_near_to(path: Path) -> None:
    conflict(path, text_of(path.parent, SHOP), text_of(path.parent, SHOP))
    decision = decide(MORE, path)
    assert decision.change is not None
    assert decision.text == decide(MORE, path, update=True).text


@pytest.mark.parametrize("lines", [MARKS, "version: 2\nmixed: by hand\n"])
def test_without_a_side_that_can_be_read_it_is_decided_as_if_there_were_none(path: Path, lines: str) -> None:
    path.write_text(lines)
    conflict(path, "ours: spoiled\n", "theirs: spoiled\n")
    decision = decide(SHOP, path)
    assert "without a side to be read" in decision.merged
    assert decision.text == text_of(path.parent, SHOP)


def test_marks_outside_of_git_are_no_plan(path: Path) -> None:
    assert "without a side to be read" in decide(SHOP, path).merged


def test_lines_that_somebody_mixed_and_added_are_refused(path: Path) -> None:
    whole = text_of(path.parent, SHOP)
    path.write_text(whole.replace("max: 4", "max: 3", 1))
    with pytest.raises(BadInput, match="edited or merged by hand"):
        decide(SHOP, path)


def test_locked_never_chooses_a_side(path: Path) -> None:
    conflict(path, text_of(path.parent, SHOP), text_of(path.parent, SHOP))
    with pytest.raises(BadInput) as bad:
        decide(SHOP, path, locked=True)
    (complaint,) = bad.value.complaints
    assert (complaint.line, complaint.what) == (1, "the plan holds the marks of an unfinished merge")
    assert complaint.fix.startswith("Run `bayplan synth`")
