"""What our build says Flux applies is what is in the cluster afterwards; what it calls broken is refused there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.defect import told
from tests.e2e.defect_folders import FLUX, Trials, config_map, unlisted
from tests.e2e.test_delivery import OWNER_LABELS, differences
from tests.e2e.test_rules_on_delivery import none_left

from bayplan.lab.reconcile import KUSTOMIZE
from bayplan.manifests.read import read_tree
from bayplan.validation.clusters import split
from bayplan.validation.flux.built import Built
from bayplan.validation.run import delivered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.scene import Scene

    from bayplan.lab.api import Body

SERVICE = """
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec: {selector: {app: web}, type: ExternalName, externalName: web.example.com, ports: [{name: http, port: 80}]}
"""
ACCOUNT = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n"
PATCH = '[{"op": "replace", "path": "/spec/ports/0/port", "value": 8080}]'
NAMESPACE = (
    "apiVersion: v1\nkind: Namespace\n"
    "metadata: {{name: {name}, labels: {{pod-security.kubernetes.io/enforce: restricted}}}}\n"
)
NO_JSON = "[{op: replace, path: /data/a, value: x}]"


def listing(kind: str = "Kustomization", **keys: object) -> str:
    return json.dumps({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": kind, **keys})


def settings(name: str, **data: str) -> str:
    about = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}
    return json.dumps(about)


def left_alone(name: str, where: str) -> str:
    about = {"name": name, where: {"kustomize.toolkit.fluxcd.io/substitute": "disabled"}}
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": {"a": "${nobody}"}})


OVERLAY = {
    "base/kustomization.yaml": listing(resources=["web.yaml", "account.yaml"]),
    "base/web.yaml": SERVICE,
    "base/account.yaml": ACCOUNT,
    "part/kustomization.yaml": listing(
        "Component", configMapGenerator=[{"name": "settings", "literals": ["a=b", "port=80"]}]
    ).replace("v1beta1", "v1alpha1"),
    "prod/kustomization.yaml": listing(
        resources=["../base"],
        components=["../part"],
        nameSuffix="-prod",
        labels=[{"pairs": {"tier": "front"}, "includeSelectors": True}],
        commonAnnotations={"example.com/on": "true"},
        patches=[{"target": {"kind": "Service"}, "patch": PATCH}],
        secretGenerator=[{"name": "token", "literals": ["a=b"], "options": {"disableNameSuffixHash": True}}],
    ),
}
VARIABLES = {
    "kustomization.yaml": listing(resources=["a.yaml", "b.yaml", "c.yaml", "web.yaml"]),
    "a.yaml": settings(
        "a",
        plain="${who}",
        default="${nobody:=fallback}",
        dash="${nobody:-dash}",
        escaped="$${who} $$who $who",
        inner="${who:0:2}-${who/n/m}",
        number="${port}0 ",
    ),
    "b.yaml": left_alone("b", "labels"),
    "c.yaml": left_alone("c", "annotations"),
    "web.yaml": SERVICE.replace("{name: http, port: 80}", "{name: http, port: '${port}'}").replace(
        "selector: {app: web}", "selector: {app: '${who}'}"
    ),
}
FOLDERS = {
    "try-fb-overlay": OVERLAY,
    "try-fb-plain": {"a.yaml": settings("a", x="${who}"), "in/b.yaml": settings("b", x="y"), "c.txt": "x"},
    "try-fb-variables": VARIABLES,
    "try-fb-unset": {"a.yaml": settings("good", a="b"), "b.yaml": settings("bad", a="${nobody}", b="${who}")},
    "try-fb-type": {"a.yaml": settings("good", a="b"), "b.yaml": settings("bad", a="${port}")},
    "try-fb-missing": {"kustomization.yaml": listing(resources=["a.yaml", "none.yaml"]), "a.yaml": settings("good")},
    "try-fb-json": {
        "kustomization.yaml": listing(
            resources=["a.yaml"], patches=[{"patch": NO_JSON, "target": {"kind": "ConfigMap"}}]
        ),
        "a.yaml": settings("good", a="b"),
    },
    "try-fb-patch": {
        "kustomization.yaml": listing(resources=["a.yaml"], patches=[{"patch": config_map("x", "nobody")}]),
        "a.yaml": settings("good"),
    },
}
SPECS: dict[str, dict[str, Any]] = {
    "try-fb-overlay": {
        "path": "prod",
        "namePrefix": "flux-",
        "commonMetadata": {"labels": {"of": "flux"}, "annotations": {"by": "flux"}},
        "patches": [
            {
                "target": {"kind": "ServiceAccount"},
                "patch": '[{"op":"add","path":"/metadata/labels","value":{"x":"y"}}]',
            }
        ],
    },
    "try-fb-variables": {"postBuild": {"substitute": {"who": "anna", "port": "8080"}}},
    "try-fb-type": {"postBuild": {"substitute": {"port": "8080"}}},
    "try-fb-unset": {"postBuild": {"substitute": {"who": "anna"}}},
    "try-fb-path": {},
}
NAMES = [*FOLDERS, "try-fb-path"]
APPLIED = ["try-fb-overlay", "try-fb-plain", "try-fb-variables"]
BROKEN = {
    "try-fb-unset": ("FLX005", "variable not set"),
    "try-fb-type": ("FLX006", "cannot unmarshal|expected string"),
    "try-fb-missing": ("FLX004", "none.yaml"),
    "try-fb-json": ("FLX004", "unable to parse SM or JSON patch"),
    "try-fb-patch": ("FLX004", "no matches for Id|no resource matches strategic merge patch"),
    "try-fb-path": ("FLX007", "path not found"),
}


def sync_of(name: str) -> str:
    """Its Flux Kustomization."""
    more = SPECS.get(name, {})
    spec = {
        "interval": "30m",
        "retryInterval": "2s",
        "timeout": "30s",
        "prune": True,
        "targetNamespace": name,
        "sourceRef": {"kind": "GitRepository", "name": "bayplan"},
        **more,
        "path": f"./dist/lab/apps/{name}/{more.get('path', '')}".removesuffix("/"),
    }
    about = {"name": name, "namespace": FLUX}
    return json.dumps(
        {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": about, "spec": spec}
    )


def files_of(*names: str) -> dict[str, str]:
    """Their folders, by path below dist/<cluster>."""
    return {f"apps/{name}/{file}": text for name in names for file, text in FOLDERS.get(name, {}).items()}


@pytest.fixture(scope="module")
def trials(lab: Scene) -> Iterator[Trials]:
    found = Trials(lab)
    for name in NAMES:
        found.open(name)

    def write() -> None:
        for file, text in files_of(*NAMES).items():
            (lab.tree / file).parent.mkdir(parents=True, exist_ok=True)
            (lab.tree / file).write_text(text)

    with lab.commit("Folders to be built", write):
        for name in NAMES:
            found.plant(sync_of(name))
        yield found
        for name in NAMES:
            lab.api.delete(KUSTOMIZE, "Kustomization", name, FLUX)
        lab.wait("the trials to go", lambda: none_left(lab, NAMES))
    found.close()


def with_syncs(trials: Trials, *names: str) -> dict[str, str]:
    """Their folders, Flux Kustomizations and namespaces, as check is to see them."""
    syncs = {f"flux/Kustomization.{name}.yaml": sync_of(name) for name in names}
    rooms = {f"flux/Namespace.{name}.yaml": NAMESPACE.format(name=name) for name in names}
    return unlisted(trials, files_of(*names) | syncs | rooms)


def built(trials: Trials, tmp_path: Path, name: str) -> list[Body]:
    """What our build says that Flux applies."""
    told(trials.scene, tmp_path, with_syncs(trials, name))
    with delivered(read_tree(tmp_path / "dist").inventory) as tree:
        worlds = list(split(tree, (trials.scene.cluster,)))
    objects = [one for world in worlds for one in world.inventory.manifests]
    return [one.body for one in objects if isinstance(one, Built) and one.sync.ref.name == name]


def identity(body: Body) -> str:
    """As Flux writes it down in the status of a Kustomization."""
    group, _, _ = body["apiVersion"].rpartition("/")
    about = body["metadata"]
    return f"{about.get('namespace', '')}_{about['name']}_{group}_{body['kind']}"


@pytest.mark.parametrize("name", APPLIED)
def test_what_is_built_here_is_what_flux_applies(trials: Trials, tmp_path: Path, name: str) -> None:
    trials.await_status(name, "True")
    bodies = built(trials, tmp_path, name)
    about = trials.scene.get(KUSTOMIZE, "Kustomization", name, FLUX)
    assert sorted(map(identity, bodies)) == sorted(one["id"] for one in about["status"]["inventory"]["entries"])
    for body in bodies:
        there = trials.scene.get(body["apiVersion"], body["kind"], body["metadata"]["name"], name)
        assert list(differences(body, there)) == []
        labels = {key: value for key, value in there["metadata"].get("labels", {}).items() if key not in OWNER_LABELS}
        assert labels == body["metadata"].get("labels", {})
        assert there["metadata"].get("annotations", {}) == body["metadata"].get("annotations", {})
        assert there.get("data") == body.get("data")
        if body["kind"] == "Service":
            assert there["spec"]["selector"] == body["spec"]["selector"]


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_built_here_is_refused_there(trials: Trials, tmp_path: Path, name: str) -> None:
    code, message = BROKEN[name]
    found = told(trials.scene, tmp_path, with_syncs(trials, name))
    assert [one for one in found if one.startswith(f"{code} BROKEN")] == found != [], found
    _, said = trials.await_status(name, "False")
    assert any(part in said for part in message.split("|")), said
    assert not trials.has(name, "good")
