"""What a cluster is given: overlays, clusters that share apps, sources, secrets, and where findings point to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bayplan.validation.clusters import split
from bayplan.validation.example import findings_in, read_all
from bayplan.validation.flux.program import find
from bayplan.validation.run import delivered

if TYPE_CHECKING:
    from bayplan.validation.world import World

needs_program = pytest.mark.skipif(find() is None, reason="flux-build is not built: run `make test`")


def sync(name: str, path: str, more: str = "", source: str = "flux-system", namespace: str = "flux-system") -> str:
    return f"""
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  interval: 10m
  path: {path}
  prune: true
  sourceRef: {{kind: GitRepository, name: {source}}}
{more}---
"""


def config(name: str, namespace: str = "web", value: str = "a") -> str:
    return (
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {namespace}}}\ndata: {{key: {value}}}\n"
    )


SERVICE = """apiVersion: v1
kind: Service
metadata: {name: web, namespace: web}
spec:
  selector:
    app: web
  ports: [{name: http, port: 80}]
"""


def told(files: dict[str, str]) -> list[str]:
    """Code, file, line and status of every finding."""
    return [f"{one.rule} {one.file}:{one.line} {one.status.name}" for one in findings_in(files)]


def worlds(files: dict[str, str]) -> list[World]:
    with delivered(read_all(files)[0]) as tree:
        return [*split(tree, ())]


def names(world: World) -> list[str]:
    return sorted(str(one.ref) for one in world.inventory.manifests if one.ref.kind != "Kustomization")


def kustomization(**keys: object) -> str:
    return json.dumps({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", **keys})


@needs_program
def test_two_clusters_are_given_their_own_overlay_of_one_base() -> None:
    files = {
        "apps/base/kustomization.yaml": kustomization(resources=["web.yaml"]),
        "apps/base/web.yaml": config("web"),
    }
    for name in ("one", "two"):
        files[f"clusters/{name}/flux-system/gotk-sync.yaml"] = sync("flux-system", f"./clusters/{name}")
        files[f"clusters/{name}/flux-system/kustomization.yaml"] = kustomization(resources=["gotk-sync.yaml"])
        files[f"clusters/{name}/apps.yaml"] = sync("apps", f"./apps/{name}")
        files[f"apps/{name}/kustomization.yaml"] = kustomization(resources=["../base"], namePrefix=f"{name}-")
    assert {world.name: names(world) for world in worlds(files)} == {
        "clusters/one": ["ConfigMap web/one-web"],
        "clusters/two": ["ConfigMap web/two-web"],
    }
    assert told(files) == []


@needs_program
def test_a_parent_changes_the_kustomizations_that_it_applies() -> None:
    patch = {
        "patch": "- {op: add, path: /spec/postBuild, value: {substitute: {who: you}}}",
        "target": {"kind": "Kustomization"},
    }
    files = {
        "flux/apps.yaml": sync("apps", "./apps"),
        "apps/kustomization.yaml": kustomization(resources=["web.yaml"], namespace="shop", patches=[patch]),
        "apps/web.yaml": sync("web", "./web", namespace="other"),
        "web/web.yaml": config("web", value='"hello-${who}"'),
    }
    (world,) = worlds(files)
    (web,) = (one for one in world.inventory.manifests if one.ref.kind == "ConfigMap")
    assert web.body["data"] == {"key": "hello-you"}
    assert [one.ref.namespace for one in world.inventory.manifests if one.ref.name == "web" and one is not web] == [
        "shop"
    ]


@needs_program
def test_one_object_through_an_overlay_and_as_it_is() -> None:
    files = {
        "flux/syncs.yaml": sync("plain", "./base") + sync("overlay", "./overlay"),
        "base/web.yaml": config("web"),
        "overlay/kustomization.yaml": kustomization(resources=["web.yaml"], commonAnnotations={"a": "b"}),
        "overlay/web.yaml": config("web"),
    }
    assert told(files) == ["FLX001 overlay/web.yaml:1 BROKEN"]


def test_one_folder_within_another_is_applied_twice() -> None:
    files = {
        "flux/syncs.yaml": sync("all", "./apps") + sync("web", "./apps/web"),
        "apps/web/web.yaml": config("web"),
        "apps/other.yaml": config("other"),
    }
    assert told(files) == ["FLX001 apps/web/web.yaml:1 BROKEN"]
    marked = files["apps/web/web.yaml"].replace(
        "namespace: web}", "namespace: web, labels: {kustomize.toolkit.fluxcd.io/prune: disabled}}"
    )
    assert told({**files, "apps/web/web.yaml": marked}) == []
    assert (
        told(
            {
                **files,
                "flux/syncs.yaml": files["flux/syncs.yaml"].replace("prune: true", "prune: true\n  suspend: true", 1),
            }
        )
        == []
    )


@needs_program
def test_a_finding_points_to_the_line_that_its_author_wrote() -> None:
    overlay = {
        "flux/syncs.yaml": sync("web", "./overlay"),
        "base/kustomization.yaml": kustomization(resources=["web.yaml"]),
        "base/web.yaml": SERVICE,
        "overlay/kustomization.yaml": kustomization(resources=["../base"], patches=[{"path": "patch.yaml"}]),
    }
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: web}\nspec:\n"
    port = f"{service}  ports:\n    - {{name: http, port: 80, targetPort: a}}\n"
    selector = f"{service}  type: ClusterIP\n  selector: {{app: other}}\n"
    assert told({**overlay, "overlay/patch.yaml": port}) == ["NET001 base/web.yaml:5 BROKEN"]
    assert told({**overlay, "overlay/patch.yaml": selector}) == ["NET001 overlay/patch.yaml:6 BROKEN"]
    inline = kustomization(resources=["../base"], patches=[{"patch": selector}]).replace('"patches"', '\n"patches"')
    assert told({**overlay, "overlay/kustomization.yaml": inline}) == ["NET001 overlay/kustomization.yaml:2 BROKEN"]
    of_flux = "  patches:\n    - patch: |\n" + "".join(f"        {line}\n" for line in selector.splitlines())
    files = {**overlay, "overlay/patch.yaml": port, "flux/syncs.yaml": sync("web", "./overlay", of_flux)}
    assert told(files) == ["NET001 flux/syncs.yaml:11 BROKEN"]


@needs_program
def test_variables_come_from_the_tree_and_what_is_encrypted_stays_unknown() -> None:
    named = "[{kind: ConfigMap, name: vars}, {kind: Secret, name: hidden}]"
    post = f"  postBuild:\n    substitute: {{c: inline}}\n    substituteFrom: {named}\n"
    files = {
        "flux/syncs.yaml": sync("web", "./web", post) + config("vars", "flux-system", "plain").replace("key", "a"),
        "flux/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: hidden, namespace: flux-system}\n"
        "stringData: {b: 'ENC[AES256_GCM,data:x,type:str]'}\nsops: {mac: x}\n",
        "web/web.yaml": config("web", value='"${a} ${b} ${c}"'),
    }
    (world,) = worlds(files)
    web = next(one for one in world.inventory.manifests if one.ref.name == "web" and one.ref.kind == "ConfigMap")
    assert web.body["data"] == {"key": "plain ${b} inline"}
    assert told(files) == []
    assert told({**files, "web/web.yaml": config("web", value='"${a} ${d}"')}) == ["FLX005 web/web.yaml:4 BROKEN"]
    unknown = {**files, "flux/secret.yaml": config("other")}
    assert told({**unknown, "web/web.yaml": config("web", value='"${a} ${d}"')}) == [
        "FLX009 flux/syncs.yaml:12 UNKNOWN"
    ]


@needs_program
def test_what_lies_elsewhere_is_a_gap_and_no_error() -> None:
    files = {
        "flux/syncs.yaml": sync("web", "./web")
        + sync("theirs", "./deploy", source="theirs")
        + """
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: theirs, namespace: flux-system}
spec: {interval: 1m, url: "https://git.example.com/theirs"}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, url: "https://git.example.com/ours"}
""",
        "deploy/web.yaml": SERVICE.replace("name: web,", "name: not-theirs,"),
        "web/kustomization.yaml": kustomization(resources=["web.yaml"], namePrefix="a-"),
        "web/web.yaml": SERVICE,
    }
    assert told(files) == ["NET001 deploy/web.yaml:5 UNKNOWN", "NET001 web/web.yaml:5 UNKNOWN"]
    remote = kustomization(resources=["web.yaml", "https://example.com/base.yaml"], namePrefix="a-")
    assert told({**files, "web/kustomization.yaml": remote}) == told(files)
    broken = kustomization(resources=["web.yaml"], namePrefix="a-", patches=[{"path": "patch.yaml"}])
    assert "FLX004 flux/syncs.yaml:7 BROKEN" in told({**files, "web/kustomization.yaml": broken})


def test_without_the_program_what_is_changed_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAYPLAN_PARTS", "/nowhere")
    files = {
        "flux/syncs.yaml": sync("web", "./web"),
        "web/kustomization.yaml": kustomization(resources=["web.yaml"], namePrefix="a-"),
        "web/web.yaml": SERVICE,
    }
    assert told(files) == ["FLX020 flux/syncs.yaml:7 UNKNOWN", "NET001 web/web.yaml:5 UNKNOWN"]


def test_a_plain_tree_starts_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.Popen", None)
    files = {
        "flux/syncs.yaml": sync("web", "./web"),
        "web/kustomization.yaml": kustomization(resources=["web.yaml"]),
        "web/web.yaml": config("web"),
    }
    assert told(files) == []


def test_what_goes_to_another_cluster_is_not_compared() -> None:
    remote = "  kubeConfig: {secretRef: {name: other}}\n"
    files = {
        "flux/syncs.yaml": sync("here", "./here") + sync("there", "./there", remote),
        "here/web.yaml": config("web"),
        "there/web.yaml": config("web"),
    }
    assert [line for line in told(files) if "BROKEN" in line] == []
