"""What is committed in dist/ is what Flux would be given: judged by those who do not know us."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.schema.judges import conform, kustomize_build

from bayplan.manifests import yaml
from bayplan.manifests.read import read_tree
from bayplan.manifests.ref import Ref
from bayplan.spec.load import load_clusters
from bayplan.validation.run import check

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
FOLDERS = sorted(file.parent.relative_to(DIST).as_posix() for file in DIST.rglob("kustomization.yaml"))


def test_kubeconform_accepts_every_object_and_skips_none() -> None:
    for cluster in load_clusters(ROOT):
        verdicts = conform([DIST / cluster.name], kubernetes=cluster.kubernetes)
        assert len(verdicts) > 30
        assert [verdict for verdict in verdicts if verdict.status != "statusValid"] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_kustomize_builds_just_the_objects_of_a_path(folder: str) -> None:
    built = yaml.read(kustomize_build(DIST / folder).encode(), file=folder)
    stand = [one for one in read_tree(DIST / folder).inventory.manifests if "kustomize.config" not in one.ref.group]
    assert sorted(Ref.of(document.body) for document in built) == sorted(one.ref for one in stand)


def test_nothing_is_found_in_it() -> None:
    tree = read_tree(DIST)
    assert check(tree.inventory, clusters=load_clusters(ROOT), complaints=tree.complaints) == []
