"""Our builds are those of kustomize, and substitution is that of Flux."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bayplan.manifests.read import read_tree
from bayplan.validation.flux.program import Answer, Builder, find

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HERE = Path(__file__).parent
KUSTOMIZE = Path(__file__).parents[3] / ".cache" / "bin" / "kustomize"
OVERLAYS = sorted(path.parent.name for path in (HERE / "overlays").glob("*/kustomization.yaml"))
ORIGIN = "config.kubernetes.io/origin"

pytestmark = pytest.mark.skipif(find() is None, reason="flux-build is not built: run `make test`")


@pytest.fixture(scope="module")
def builder() -> Iterator[Builder]:
    """The program, on the overlays beside this file."""
    made = Builder(read_tree(HERE / "overlays").inventory)
    yield made
    made.close()


def build(root: Path, path: str, **more: Any) -> Answer:
    """One build of its own."""
    builder = Builder(read_tree(root).inventory)
    try:
        return builder.ask({"path": path, "spec": {}, **more})
    finally:
        builder.close()


@pytest.mark.parametrize("name", OVERLAYS)
@pytest.mark.skipif(not KUSTOMIZE.is_file(), reason="kustomize is not built: run `make test`")
def test_a_build_is_that_of_kustomize(name: str, builder: Builder) -> None:
    told = subprocess.run(
        [KUSTOMIZE, "build", "--reorder", "none", HERE / "overlays" / name], capture_output=True, text=True, check=True
    )
    wanted = [*yaml.safe_load_all(told.stdout)]
    answer = builder.ask({"path": name, "spec": {}})
    assert answer.error == ""
    assert [one["object"] for one in answer.objects] == wanted
    assert len(wanted) > 0


def test_every_object_has_the_file_that_its_author_wrote(builder: Builder) -> None:
    objects = builder.ask({"path": "all", "spec": {}}).objects
    assert {(one["object"]["kind"], one["file"], one.get("generated", False)) for one in objects} == {
        ("Deployment", "base/web.yaml", False),
        ("Service", "base/web.yaml", False),
        ("Service", "bases/db/db.yaml", False),
        ("Service", "bases/cache/cache.yaml", False),
        ("ConfigMap", "all/kustomization.yaml", True),
    }
    assert all(ORIGIN in one["object"]["metadata"]["annotations"] for one in objects)  # it asks for them itself
    patched = builder.ask({"path": "patched", "spec": {}}).objects
    assert not any(ORIGIN in str(one["object"]) for one in patched)


def test_what_a_flux_kustomization_says_is_merged_into_the_folder(builder: Builder) -> None:
    spec = {
        "targetNamespace": "shop",
        "namePrefix": "a-",
        "images": [{"name": "registry.example.com/web", "newTag": "9"}],
        "patches": [{"patch": "- {op: replace, path: /spec/replicas, value: 4}", "target": {"kind": "Deployment"}}],
        "components": ["../components/labels"],
    }
    deployment = next(
        one["object"]
        for one in builder.ask({"path": "base", "spec": spec}).objects
        if one["object"]["kind"] == "Deployment"
    )
    assert deployment["metadata"] == {
        "name": "a-web", "namespace": "shop", "labels": {"app": "web", "team": "web"},
    }  # fmt: skip
    assert deployment["spec"]["replicas"] == 4
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == "registry.example.com/web:9"


def test_a_folder_without_kustomization_holds_what_flux_fetches(tmp_path: Path) -> None:
    service = (HERE / "overlays/bases/db/db.yaml").read_text()
    (tmp_path / "apps/inner").mkdir(parents=True)
    (tmp_path / "apps/a.yaml").write_text(service)
    (tmp_path / "apps/inner/b.yml").write_text(service.replace("db", "other"))
    (tmp_path / "apps/.sops.yaml").write_text("creation_rules: []\n")
    (tmp_path / "apps/notes.md").write_text("no manifest")
    (tmp_path / "apps/draft.yaml").write_text("no: manifest\n")
    (tmp_path / ".sourceignore").write_text("apps/draft.yaml\n")
    (tmp_path / "apps/link.yaml").symlink_to("/etc/passwd")
    answer = build(tmp_path, "apps")
    assert (answer.error, [one["file"] for one in answer.objects]) == ("", ["apps/a.yaml", "apps/inner/b.yml"])
    assert not (tmp_path / "apps/kustomization.yaml").exists()


@pytest.mark.parametrize(
    ("resources", "why"),
    [
        ("missing.yaml", "build"),
        ("/etc/passwd", "outside"),
        ("../../outside.yaml", "outside"),
        ("link.yaml", "outside"),
        ("git@github.com:example/apps.git", "remote"),
        ("large.yaml", "limit"),
        (".", "build"),
    ],
)
def test_nothing_outside_is_read_and_nothing_is_fetched(resources: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text((HERE / "overlays/bases/db/db.yaml").read_text())
    root = tmp_path / "root"
    (root / "apps").mkdir(parents=True)
    (root / "apps/kustomization.yaml").write_text(yaml.safe_dump({"resources": [resources]}))
    (root / "apps/link.yaml").symlink_to(tmp_path / "outside.yaml")
    if resources == "large.yaml":
        (root / "apps/large.yaml").write_text("#" * (17 << 20))
    answer = build(root, "apps")
    assert (answer.why, answer.objects) == (why, [])
    assert str(tmp_path) not in answer.error or why == "outside"


def test_what_an_address_holds_is_left_out_and_told(tmp_path: Path) -> None:
    address = "https://example.com/a.yaml"
    (tmp_path / "db.yaml").write_text((HERE / "overlays/bases/db/db.yaml").read_text())
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump({"resources": ["db.yaml", address]}))
    answer = build(tmp_path, "")
    assert (answer.why, [one["file"] for one in answer.objects], answer.missing) == ("", ["db.yaml"], (address,))


def test_a_picture_that_is_named_may_be_fetched(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    (tmp_path / "kustomization.yaml").write_text("configMapGenerator: [{name: icons, files: [a.png]}]\n")
    assert len(build(tmp_path, "").objects) == 1


def test_no_program_is_run(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "generator.yaml").write_text(
        "apiVersion: example.com/v1\nkind: Made\nmetadata:\n  name: made\n  annotations:\n"
        "    config.kubernetes.io/function: |\n      exec: {path: ./run.sh}\n"
    )
    (tmp_path / "kustomization.yaml").write_text("generators: [generator.yaml]\n")
    assert build(tmp_path, "").why == "build"
    assert not (tmp_path / "ran").exists()


def substituted(text: str, variables: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """A ConfigMap with one value, after substitution."""
    with tempfile.TemporaryDirectory() as folder:
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": text}}
        metadata = more.pop("metadata", {})
        body["metadata"] = {"name": "a", **metadata}
        Path(folder, "a.yaml").write_text(yaml.safe_dump(body))
        spec = more.pop("spec", {"postBuild": {}})
        answer = build(Path(folder), "", spec=spec, substitute=True, variables=variables, **more)
    assert answer.error == ""
    return answer.objects[0]


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("${x}", "one"),
        ("$x", "$x"),
        ("a${x}b", "aoneb"),
        ("${y:=two}", "two"),
        ("${y:-two}", "two"),
        ("${x:=two}", "one"),
        ("$${y}", "${y}"),
        ("$$${x}", "$one"),
        ("${x^^}", "ONE"),
        ("${x:1:2}", "ne"),
        ("${x:0:2}", True),
        ("${x/n/m}", "ome"),
        ("${y:=}", None),
        ("$(y) {{ y }}", "$(y) {{ y }}"),
        ("${number}", 8080),
        ("${number}0 ", "80800 "),
        ("${truth}", True),
        ("'${number}'", "'8080'"),
        ("${quoted}", "8080"),
    ],
)
def test_variables_are_substituted_as_flux_does(text: str, becomes: object) -> None:
    values = {"x": "on\ne", "number": "8080", "truth": "true", "quoted": '"8080"'}
    told = substituted(text, values)
    assert told["object"]["data"]["a"] == becomes
    assert bool(told.get("retyped")) == isinstance(becomes, int)


def test_an_unset_variable_is_told_of_its_object() -> None:
    told = substituted("${y}", {"x": "1"})
    assert "y" in told["wrong"]
    assert told["object"]["data"]["a"] == "${y}"
    opened = substituted("${y} ${z:=2} ${x}", {"x": "1"}, open=True)
    assert (opened.get("wrong"), opened["object"]["data"]["a"]) == (None, "${y} 2 1")
    assert not substituted("${y}", {}).get("wrong")  # nothing is substituted where there are no variables
    always = {"postBuild": {"substituteStrategy": "Always"}}
    assert substituted("${y}", {}, spec=always)["wrong"]


@pytest.mark.parametrize("part", ["labels", "annotations"])
def test_an_object_may_ask_to_be_left_alone(part: str) -> None:
    mark = {part: {"kustomize.toolkit.fluxcd.io/substitute": "disabled"}}
    assert substituted("${y}", {"x": "1"}, metadata=mark)["object"]["data"]["a"] == "${y}"


def test_the_program_is_never_taken_from_the_tree_that_is_judged(tmp_path: Path) -> None:
    program = find()
    assert program is not None
    (tmp_path / ".cache/bin").mkdir(parents=True)
    shutil.copy("/bin/false", tmp_path / ".cache/bin/flux-build")
    assert program.resolve() != (tmp_path / ".cache/bin/flux-build").resolve()


def test_a_program_that_dies_is_started_again(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text((HERE / "overlays/bases/db/db.yaml").read_text())
    builder = Builder(read_tree(tmp_path).inventory)
    try:
        assert len(builder.ask({"path": "", "spec": {}}).objects) == 1
        builder._process.kill()  # type: ignore[union-attr]
        builder._process.wait()  # type: ignore[union-attr]
        assert len(builder.ask({"path": ".", "spec": {}}).objects) == 1
    finally:
        builder.close()
