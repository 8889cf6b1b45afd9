"""Where paths are found, which clusters a tree shows, and what something else completes."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from bayplan.manifests.inventory import Inventory
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation.clusters import split
from bayplan.validation.example import findings_in, read_all
from bayplan.validation.flux.program import find
from bayplan.validation.run import delivered

if TYPE_CHECKING:
    from bayplan.validation.world import World

needs_program = pytest.mark.skipif(find() is None, reason="flux-build is not built: run `make test`")

LETTERS = "abcdefgh"
BOMB = "a: &a [x, x]\n" + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in pairwise(LETTERS))


def sync(name: str, path: str, source: str = "GitRepository, name: flux-system", more: str = "") -> str:
    return f"""apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec:
  interval: 10m
  path: {path}
  prune: true
{more}  sourceRef: {{kind: {source}}}
---
"""


def config(name: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: web}}\n"


def worlds(files: dict[str, str]) -> dict[str, list[str]]:
    """Names of the ConfigMaps that each cluster is surely given."""
    with delivered(read_all(files)[0]) as tree:
        return {world.name: given(world) for world in split(tree, ())}


def given(world: World) -> list[str]:
    made = [one for one in world.inventory.manifests if one.ref.kind == "ConfigMap"]
    return sorted(one.ref.name for one in made if not world.draft_of(one))


def told(files: dict[str, str]) -> list[str]:
    return [f"{one.rule} {one.ref} {one.status.name}" for one in findings_in(files)]


def listing(**keys: object) -> str:
    return json.dumps({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", **keys})


def test_what_is_packed_may_be_a_folder_of_the_tree() -> None:
    packed = "OCIRepository, name: flux-system"
    files = {
        "kubernetes/clusters/one/ks.yaml": sync("web", "./apps/web", packed) + sync("all", "./apps/shop", packed),
        "kubernetes/apps/web/web.yaml": config("web"),
        "kubernetes/apps/shop/web.yaml": config("web"),
    }
    assert told(files) == ["FLX001 ConfigMap web/web BROKEN"]


def test_a_tree_may_begin_below_the_root_of_its_repository() -> None:
    files = {
        "flux/syncs.yaml": sync("web", "./deploy/lab/web") + sync("shop", "./deploy/lab/shop"),
        "web/web.yaml": config("web"),
        "shop/web.yaml": config("web"),
    }
    assert told(files) == ["FLX001 ConfigMap web/web BROKEN"]


def test_clusters_whose_kustomizations_have_the_same_names_are_apart() -> None:
    files = {
        "one/flux/web.yaml": sync("web", "./one/web"),
        "two/flux/web.yaml": sync("web", "./two/web"),
        "one/web/web.yaml": config("web"),
        "two/web/web.yaml": config("web"),
    }
    assert worlds(files) == {"one/flux": ["web"], "two/flux": ["web"]}
    assert told(files) == []


def test_a_cluster_may_be_the_root_of_its_repository() -> None:
    files = {
        "flux-system/gotk-sync.yaml": sync("flux-system", "./"),
        "web/web.yaml": config("web"),
        "shop/web.yaml": config("web"),
    }
    assert worlds(files) == {"": ["web", "web"]}
    assert told(files) == ["FLX001 ConfigMap web/web BROKEN"]


def test_what_a_kustomization_lacks_somebody_else_adds() -> None:
    bare = sync("web", "./web").replace("  interval: 10m\n", "")
    files = {"apps/web.yaml": bare, "web/web.yaml": config("web")}
    assert worlds(files) == {"": []}
    assert [line for line in told(files) if "BROKEN" in line] == []
    named = {**files, "apps/web.yaml": sync("'web-${cluster}'", "./web")}
    assert worlds(named) == {"": []}


@needs_program
def test_a_component_is_applied_by_those_who_take_it_in() -> None:
    files = {
        "flux/web.yaml": sync("web", "./web"),
        "web/kustomization.yaml": listing(resources=["web.yaml"], components=["../part"]),
        "web/web.yaml": config("web"),
        "part/kustomization.yaml": listing(resources=["more.yaml", "sync.yaml"]).replace("Kustomization", "Component"),
        "part/more.yaml": config("more"),
        "part/sync.yaml": sync("inner", "./inner"),
        "inner/inner.yaml": config("inner"),
    }
    files["part/kustomization.yaml"] = files["part/kustomization.yaml"].replace("v1beta1", "v1alpha1")
    assert worlds(files) == {"": ["inner", "more", "web"]}
    alone = {**files, "web/kustomization.yaml": listing(resources=["web.yaml"])}
    assert worlds(alone) == {"": ["web"]}


def test_a_whole_encrypted_object_is_left_out_and_a_value_is_unknown() -> None:
    head = "apiVersion: v1\nkind: Secret\nmetadata: {name: web, namespace: web}\n"
    secret = f"{head}stringData: {{a: 'ENC[AES256_GCM,x]'}}\n"
    mark = "sops: {mac: x}\n"
    files = {
        "flux/web.yaml": sync("web", "./web", more="  decryption: {provider: sops}\n"),
        "web/some.yaml": secret + mark,
        "web/all.yaml": secret.replace("kind: Secret", "kind: 'ENC[AES256_GCM,y]'") + mark,
    }
    with delivered(read_all(files)[0]) as tree:
        (world,) = split(tree, ())
    (found,) = (one for one in world.inventory.manifests if one.file == "web/some.yaml")
    assert "sops" not in found.body
    assert re.fullmatch(r"\$\{sops_[0-9a-f]{8}\}", found.body["stringData"]["a"])
    assert [one for one in world.inventory.manifests if one.file == "web/all.yaml"] == []
    assert told(files) == []


@pytest.mark.parametrize("spec", [None, [], {"path": 1, "sourceRef": [], "postBuild": "x"}])
def test_a_kustomization_of_any_shape_is_no_mistake_of_ours(spec: object) -> None:
    whole = {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": {"name": "a", "namespace": "b"},
        "spec": spec,
    }
    manifest = Manifest(ref=Ref.of(whole), body=whole, file="a.yaml", line=1)
    with delivered(Inventory(manifests=(manifest,))) as tree:
        assert len([*split(tree, ())]) == 1


@needs_program
@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "a: " + "[" * 20000,
        "a: &a {b: *a}\n",
        "a: \x00\n",
        "? [x]\n: y\n",
    ],
)
def test_hostile_files_end_in_an_answer(text: str) -> None:
    files = {
        "flux/web.yaml": sync("web", "./web"),
        "web/kustomization.yaml": listing(resources=["web.yaml", "bad.yaml"], namePrefix="a-"),
        "web/web.yaml": config("web"),
        "web/bad.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: bad}}\n{text}",
    }
    assert all(line.split()[-1] in ("BROKEN", "UNKNOWN") for line in told(files))
