"""Who may define the kinds that a chart defines, before Flux comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bayplan.manifests.read import read_tree
from bayplan.validation.rules.flux.chart_beside_it_never_comes import BAD
from bayplan.validation.run import check

if TYPE_CHECKING:
    from pathlib import Path


def told(folder: Path) -> list[str]:
    for part in BAD.split("# file: ")[1:]:
        name, _, text = part.partition("\n")
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return [f"{one.rule} {one.status.name}" for one in check(read_tree(folder).inventory) if one.rule == "FLX021"]


def test_a_chart_beside_its_objects_never_comes(tmp_path: Path) -> None:
    assert told(tmp_path) == ["FLX021 BROKEN"]


@pytest.mark.parametrize("name", ["bootstrap", "Taskfile.yaml", ".taskfiles", "infra/main.tf", "a/b/helmfile.d"])
def test_what_sets_a_cluster_up_may_bring_the_definitions(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir(parents=True)
    assert told(tmp_path) == []
