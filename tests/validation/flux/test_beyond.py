"""A folder that is judged alone and names what the repository around it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bayplan.manifests.place import Folder
from bayplan.manifests.read import read_tree
from bayplan.validation.flux.beyond import Beyond
from bayplan.validation.flux.program import find
from bayplan.validation.run import check

if TYPE_CHECKING:
    from pathlib import Path

needs_program = pytest.mark.skipif(find() is None, reason="flux-build is not built: run `make test`")

FILES = {
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": """# a comment
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector:
    app: web
  ports: [{port: 80}]
""",
    "patches/tier.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {tier: front}\n",
    "overlays/dev/kustomization.yaml": "resources: [../../base]\nnamespace: dev\n",
    "overlays/prod/kustomization.yaml": """resources: [../../base]
namespace: prod
patches: [{path: ../../patches/tier.yaml}]
""",
}


def repository(folder: Path) -> Path:
    for file, text in FILES.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / ".git").mkdir()
    return folder


def told(folder: Path) -> list[str]:
    tree = read_tree(folder)
    found = check(tree.inventory, complaints=tree.complaints)
    return [f"{one.rule} {one.ref} {one.file}:{one.line} {one.status.name}" for one in found]


@needs_program
def test_an_overlay_alone_is_built_with_the_base_that_its_repository_has(tmp_path: Path) -> None:
    top = repository(tmp_path)
    assert told(top / "overlays/dev") == ["NET001 Service dev/web ../../base/web.yaml:6 BROKEN"]


@needs_program
def test_what_a_patch_out_there_has_written_is_shown_there(tmp_path: Path) -> None:
    top = repository(tmp_path)
    assert told(top / "overlays/prod") == ["NET001 Service prod/web ../../patches/tier.yaml:5 BROKEN"]


def test_without_a_repository_nobody_looks_outside(tmp_path: Path) -> None:
    top = repository(tmp_path)
    (top / ".git").rmdir()
    assert told(top / "overlays/prod") == []


def test_nothing_beyond_the_repository_is_there(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("kind: Secret\n")
    top = repository(tmp_path / "repository")
    (top / "base/link.yaml").symlink_to(tmp_path / "secret.yaml")
    beyond = Beyond(Folder(top / "overlays/dev"))
    asked = ("../../base/web.yaml", "../../../secret.yaml", "../../base/link.yaml", "../../base/none", "web.yaml")
    assert [path for path in asked if beyond.has(path)] == ["../../base/web.yaml"]
    assert beyond.objects("../../../secret.yaml") == ()
    assert Beyond(Folder(top)).top is None
    assert Beyond(None).top is None
