"""Upstream CRDs come out of the pinned modules as they are, once, and what cannot be had says why."""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import tools.crds.__main__ as crds
import tools.golang
import yaml
from tools.crds import pins
from tools.crds.table import FLUX, MODULES, UNPINNED
from tools.golang import GO, ROOT
from tools.schemas.module import download
from tools.schemas.source import SourceError, read_sources

from bayplan.lab.parts import Parts
from bayplan.spec.cluster_agreement import KNOWN_CONTROLLERS

if TYPE_CHECKING:
    from pathlib import Path

MODULE = "example.com/crds"
RULE = {"rule": "self.size > 0", "message": "a thing has a size"}
SPEC = {
    "group": "example.com",
    "names": {"kind": "Thing", "plural": "things"},
    "scope": "Namespaced",
    "versions": [
        {
            "name": "v1",
            "served": True,
            "storage": True,
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-validations": [RULE]}},
        }
    ],
}
CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "things.example.com", "creationTimestamp": None, "labels": {"a": "b"}},
    "spec": SPEC | {"conversion": {"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"]}}},
    "status": {"conditions": []},
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that pins a module of our own, in a module proxy of files; Go's cache is its own, too."""
    if not GO.exists():
        pytest.skip(f"{GO} is not there: run `make setup`")
    publish(tmp_path / "proxy" / MODULE / "@v", {"crd/things.yaml": yaml.safe_dump(CRD)})
    monkeypatch.setattr(tools.golang, "CACHE", tmp_path / ".cache")
    monkeypatch.setattr(crds, "CRDS", tmp_path / ".cache" / "crds")
    monkeypatch.setattr(pins, "ROOT", tmp_path)
    monkeypatch.setitem(MODULES, "things", (MODULE,))
    monkeypatch.setenv("GOPROXY", f"file://{tmp_path / 'proxy'}")
    monkeypatch.setenv("GONOSUMDB", MODULE)
    schemas = tmp_path / "schemas"
    schemas.mkdir()
    body = {"kubernetes": ["1.37"], "modules": [{"module": f"{MODULE}@v1.0.0", "files": ["crd/*.yaml"]}]}
    (schemas / "sources.yaml").write_text(yaml.safe_dump(body))
    (schemas / "lock.json").write_text(json.dumps({"modules": {f"{MODULE}@v1.0.0": download(f"{MODULE}@v1.0.0")[1]}}))
    return tmp_path


def publish(folder: Path, files: dict[str, str]) -> None:
    """Put version v1.0.0 of the module where Go looks for it in a proxy (go.dev/ref/mod#goproxy-protocol)."""
    folder.mkdir(parents=True)
    (folder / "v1.0.0.info").write_text('{"Version": "v1.0.0"}')
    (folder / "v1.0.0.mod").write_text(f"module {MODULE}\n")
    with zipfile.ZipFile(folder / "v1.0.0.zip", "w") as packed:
        for name, text in {"go.mod": f"module {MODULE}\n", **files}.items():
            packed.writestr(f"{MODULE}@v1.0.0/{name}", text)


def made(repository: Path) -> dict[str, Any]:
    (crd,) = Parts(folder=repository / ".cache").crds(["things"])
    return crd


def test_a_crd_is_kept_with_its_rules_but_not_with_a_webhook_that_nobody_answers(repository: Path) -> None:
    assert crds.main(["things"]) == 0
    crd = made(repository)
    assert crd["spec"] == SPEC | {"conversion": {"strategy": "None"}}
    assert crd["metadata"] == {"name": "things.example.com", "labels": {"a": "b"}}


def test_what_is_made_needs_no_network_any_more(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert crds.main(["things"]) == 0
    monkeypatch.setenv("GOPROXY", "off")
    shutil.rmtree(repository / ".cache" / "go")
    assert crds.main(["things"]) == 0


def test_another_pin_is_made_anew(repository: Path) -> None:
    assert crds.main(["things"]) == 0
    text = (repository / "schemas" / "sources.yaml").read_text()
    (repository / "schemas" / "sources.yaml").write_text(text.replace("crd/*.yaml", "none/*.yaml"))
    assert crds.main(["things"]) == 1
    assert "no file none/*.yaml" in (repository / ".cache" / "crds" / "things.failed").read_text()
    assert not (repository / ".cache" / "crds" / "things.json").exists()


def test_a_module_with_another_sum_is_refused(repository: Path) -> None:
    (repository / "schemas" / "lock.json").write_text(json.dumps({"modules": {f"{MODULE}@v1.0.0": "h1:other="}}))
    with pytest.raises(SourceError, match="and not h1:other= as pinned"):
        crds.make("things")


def test_a_controller_without_a_module_is_reported(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert crds.main(["argo-rollouts", "things", "nobody"]) == 1
    told = capsys.readouterr()
    assert "no CRDs of argo-rollouts: no module with its CRDs is pinned" in told.err
    assert "no CRDs of nobody: no controller of that name" in told.err
    assert "the CRDs of 1 of 3 controllers" in told.out
    assert (repository / ".cache" / "crds" / "argo-rollouts.failed").exists()


def test_every_controller_that_bayplan_knows_is_in_the_table_or_said_to_be_missing() -> None:
    assert set(KNOWN_CONTROLLERS) <= {"flux", *MODULES, *UNPINNED}
    assert UNPINNED.keys().isdisjoint(MODULES)


def test_every_module_of_the_schemas_belongs_to_a_controller() -> None:
    paths = {source.module.partition("@")[0] for source in read_sources(ROOT / "schemas").modules}
    flux = {path for path in paths if path.startswith("github.com/fluxcd/") and "/api" in path}
    assert paths - flux == {path for modules in MODULES.values() for path in modules}


@pytest.mark.parametrize("controller", ["flux", *sorted(MODULES)])
def test_every_controller_is_pinned_with_its_sum(controller: str) -> None:
    found = pins.pins(controller)
    assert len(found) >= len(FLUX if controller == "flux" else MODULES[controller])
    assert all(pin.sum.startswith("h1:") for pin in found)


def test_those_that_a_cluster_declares_are_made_by_default() -> None:
    assert {"flux", "istio", "keda", "karpenter"} <= set(pins.declared(ROOT / "clusters"))
