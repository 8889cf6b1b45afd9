"""What is read and judged once for both revisions gives the review that two readings and two judgements give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.scenarios.scenario import NAMES, Scenario

from bayplan.manifests.both import read_one
from bayplan.review import revision, run
from bayplan.validation.run import Look, Survey, survey

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.manifests.read import Tree
    from bayplan.manifests.snapshot import Snapshot


def read_apart(base: Snapshot, head: Snapshot, **_: object) -> tuple[Tree, Tree]:
    """Nothing is shared: no object of one tree is one of the other."""
    return read_one(base), read_one(head)


def judge_apart(base: Look, head: Look, *_: object) -> tuple[Survey, Survey]:
    """Each revision by itself."""
    before = judge(base, None)
    return before, judge(head, before)


def judge(look: Look, base: Survey | None) -> Survey:
    """One revision."""
    return survey(
        look.inventory,
        clusters=look.clusters,
        complaints=look.complaints,
        base=base.worlds if base else None,
        settings=look.settings,
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_is_the_same(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = Scenario(name=name)
    repository = scenario.repository(tmp_path / name)
    together = scenario.review(repository)
    monkeypatch.setattr(revision, "read_both", read_apart)
    monkeypatch.setattr(run, "survey_both", judge_apart)
    assert scenario.review(repository) == together
