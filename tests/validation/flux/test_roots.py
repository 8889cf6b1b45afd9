"""Kustomizations that nothing in the tree applies: Argo CD, `kubectl apply -k`, operators."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bayplan.validation.clusters import split
from bayplan.validation.example import findings_in, read_all
from bayplan.validation.flux.program import find
from bayplan.validation.run import delivered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.validation.world import World

pytestmark = pytest.mark.skipif(find() is None, reason="flux-build is not built: run `make test`")

WEB = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.0.0
          envFrom: [{configMapRef: {name: settings}}]
          resources: {requests: {cpu: 100m, memory: 100Mi}, limits: {memory: 100Mi}}
"""


def config(name: str, namespace: str = "web") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {namespace}}}\ndata: {{key: a}}\n"


def kustomization(**keys: object) -> str:
    return json.dumps({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", **keys})


def worlds(files: dict[str, str]) -> dict[str, list[str]]:
    def names(world: World) -> list[str]:
        return sorted(str(one.ref) for one in world.inventory.manifests if one.file not in world.silent)

    with delivered(read_all(files)[0]) as tree:
        return {world.name: names(world) for world in split(tree, ())}


def missing(files: dict[str, str]) -> list[str]:
    """What is said of ConfigMaps that are not there."""
    return [f"{one.file}:{one.line} {one.status.name}" for one in findings_in(files) if one.rule == "REF002"]


def overlays(base: dict[str, str], **each: Mapping[str, object]) -> dict[str, str]:
    files = {f"base/{name}": text for name, text in base.items()}
    files["base/kustomization.yaml"] = kustomization(resources=sorted(base))
    for name, keys in each.items():
        files[f"overlays/{name}/kustomization.yaml"] = kustomization(resources=["../../base"], **keys)
    return files


def test_each_overlay_is_given_alone() -> None:
    files = overlays({"web.yaml": config("web")}, dev={"namePrefix": "dev-"}, prod={"namespace": "prod"})
    assert worlds(files) == {"overlays/dev": ["ConfigMap web/dev-web"], "overlays/prod": ["ConfigMap prod/web"]}
    assert findings_in(files) == []


def test_what_is_wrong_with_a_base_is_told_once() -> None:
    files = overlays({"web.yaml": WEB}, dev={"namePrefix": "dev-"}, prod={"commonAnnotations": {"a": "b"}})
    assert missing(files) == ["base/web.yaml:12 BROKEN"]


def test_what_one_overlay_lacks_is_missing_though_its_sister_has_it() -> None:
    generated = {"configMapGenerator": [{"name": "settings", "namespace": "web", "literals": ["a=b"]}]}
    files = overlays({"web.yaml": WEB}, dev=generated, prod={"namePrefix": "prod-"})
    assert missing(files) == ["base/web.yaml:12 BROKEN"]


def test_what_another_root_has_may_be_applied_beside_it() -> None:
    files = overlays({"web.yaml": WEB}, prod={"commonAnnotations": {"a": "b"}})
    files["settings/kustomization.yaml"] = kustomization(resources=["settings.yaml"])
    files["settings/settings.yaml"] = config("settings")
    (one,) = (one for one in findings_in(files) if one.rule == "REF002")
    assert one.status.name == "UNKNOWN"
    assert "stands in settings/settings.yaml" in one.message


def test_the_only_root_and_that_of_the_tree_lack_what_they_lack() -> None:
    files = {
        "kustomization.yaml": kustomization(resources=["web.yaml"], labels=[{"pairs": {"a": "b"}}]),
        "web.yaml": WEB,
    }
    assert missing(files) == ["web.yaml:12 BROKEN"]
    more = {"other/kustomization.yaml": kustomization(resources=["a.yaml"]), "other/a.yaml": config("a")}
    assert missing(files | more) == ["web.yaml:12 BROKEN"]


def test_components_and_what_cannot_be_built_are_judged_as_they_stand() -> None:
    files = overlays({"web.yaml": config("web")}, dev={"namePrefix": "dev-"}, bad={"helmCharts": [{"name": "redis"}]})
    component = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", "resources": ["a.yaml"]}
    files |= {"parts/a/kustomization.yaml": json.dumps(component), "parts/a/a.yaml": config("a")}
    files["loose.yaml"] = config("loose")
    assert worlds(files) == {
        "overlays/dev": ["ConfigMap web/dev-web"],
        "": ["ConfigMap web/a", "ConfigMap web/loose"],
    }


def test_a_waiver_in_a_base_is_used_where_one_overlay_needs_it() -> None:
    waived = WEB.replace(
        "labels: {app: web}}\nspec:\n  selector",
        "labels: {app: web}, annotations: {bayplan.dev/waive: 'REF002 until 2099-01-01: it comes'}}\nspec:\n  selector",
    )
    generated = {"configMapGenerator": [{"name": "settings", "namespace": "web", "literals": ["a=b"]}]}
    files = overlays({"web.yaml": waived}, dev=generated, prod={"namePrefix": "prod-"})
    assert [one.rule for one in findings_in(files) if one.rule.startswith(("REF002", "WVR"))] == []
