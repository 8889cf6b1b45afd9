"""Defects: what `bayplan check` says of a copy of the tree that holds one, and scratch namespaces to plant it in."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from bayplan import pipeline
from bayplan.lab.furnish import condition
from bayplan.lab.wait import NotYet
from bayplan.manifests.yaml import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.e2e.scene import Scene

    from bayplan.lab.api import Api, Body

IMAGE = "registry.example.com/web@sha256:" + "4b" * 32

NO_PROOF = {
    "MSH001": "what proxies answer for a host that nobody has needs istiod and Envoy: see the mesh scenarios",
    "MSH002": "what proxies answer for a port that the host lacks needs istiod and Envoy: see the mesh scenarios",
    "REF002": "it is the kubelet that does not start the container, and kwok's kubelets are simulated",
    "REF003": "it is the kubelet that does not start the container, and kwok's kubelets are simulated",
    "CAP013": "needs Karpenter's controller, which runs in no lab: read in its source",
    "CAP030": "needs Karpenter's controller, which runs in no lab: read in its source",
    "GPU002": "test_server_agreement.py asks the API server about hundreds of spoiled claims",
    "NET017": "what a router answers that has nobody to choose needs a router: none runs in a lab",
    "NET018": "what a gateway answers whose router is away needs istiod and Envoy: see test_inference_routes.py",
    "QUE009": "needs Kueue, which CI does not build yet; its own scheduler was asked, in tests/placement",
    "QUE010": "needs Kueue, which CI does not build yet; its own scheduler was asked, in tests/placement",
    "QUE015": "needs Kueue, which CI does not build yet: read in the source of its webhook",
    "QUE011": "needs Kueue, which CI does not build yet; its own scheduler was asked, in tests/placement",
    "QUE012": "needs Kueue's webhook, which CI does not build yet; test_queues.py asks it where it is built",
    "QUE013": "needs Kueue, which CI does not build yet; read in its source",
    "QUE014": "needs Kueue, which CI does not build yet; read in its source",
    "QUE030": "needs Trainer's webhook, which CI does not build yet: read in its source, and asked by hand",
    "REF009": "needs a driver that publishes devices; what the scheduler does is read in its source",
    "REF030": "needs the operator of External Secrets, which runs in no lab: read in its source",
    "REF031": "needs the webhook of External Secrets, which runs in no lab: read in its source",
    "REF032": "needs the operator of External Secrets, which runs in no lab: read in its source",
    "SCL015": "needs KEDA's operator, which CI does not build: read in its source",
    "SCL016": "needs KEDA's operator, which CI does not build: read in its source",
    "SCL030": "needs the webhook of VerticalPodAutoscalers, which runs in no lab: read in its source",
    "SEC005": "says what people may read, and the API server takes it",
    "SEC001": "needs a registry whose tag moves and kubelets that pull: the control plane never looks at images",
}
"""Rules whose text no test of a control plane can prove, and why."""
ELSEWHERE = {
    "SCH": "test_server_agreement.py asks the API server about thousands of objects",
    "WRK": "test_server_agreement.py asks the API server about thousands of objects",
    "CHG": "test_change_agreement.py asks the API server about each step",
    "MSH": "test_mesh_rules.py has istiod and Envoy prove ten of them; istioctl analyze is asked about the others",
    "FLX": "test_flux_builds.py has kustomize-controller prove some; the others are read from its source",
    "YML": "go-yaml is asked what scalars mean, in tests/manifests",
    "EXP": "promtool and Go are asked, in tests/validation/expressions",
}
"""Families whose proof is not named by a rule: where it is."""
UNTRIED = {
    "ADM": 3,
    "CAP": 12,
    "DRN": 8,
    "MON": 15,
    "NET": 16,
    "QUE": 8,
    "RBC": 4,
    "RCH": 15,
    "REF": 8,
    "SCL": 14,
    "SEC": 4,
    "STO": 7,
    "WVR": 3,
}
"""Families of which most rules were not tried on the real thing: their facts are from the sources that they name. To
the highest number that was there on 2026-11-28: a later rule has its proof, or its reason above."""
BESIDE = {
    "FLX013": "",  # scratch namespaces are made through the API, and no file declares them
    "DRN002": "PodDisruptionBudget try-sch003/",  # of a version that is not served: it guards no pods
    "CAP008": "Deployment try-cap001/",  # two accelerators, and nothing else that these need
}
"""What check also says of planted defects, rightly, and is not what they are about: rule, and of which objects."""


def told(scene: Scene, folder: Path, files: Mapping[str, str]) -> list[str]:
    """What check says of a copy of the tree with more files (path below dist/<cluster>): `NET001 BROKEN Service a/b`.

    Folders `try-...` are the defects that other tests have planted: they stay behind.
    """
    root = folder / "dist"
    copy = root / scene.cluster.name
    if root.exists():
        shutil.rmtree(root)
    shutil.copytree(scene.tree, copy, ignore=shutil.ignore_patterns("try-*"))
    for file, text in files.items():
        (copy / file).parent.mkdir(parents=True, exist_ok=True)
        (copy / file).write_text(text)
    findings = pipeline.examine(root, (scene.cluster,), lambda *_: None).findings
    meant = [one for one in findings if one.rule not in BESIDE or not f"{one.ref}".startswith(BESIDE[one.rule])]
    return sorted(f"{one.rule} {one.status.name} {one.ref}".rstrip() for one in meant)


def objects(text: str) -> list[Body]:
    """The objects of a text of YAML."""
    return [document.body for document in read(text.encode(), file="defect.yaml")]


def reason(body: Body, kind: str) -> tuple[str, str, str]:
    """Status, reason and message of a condition; NotYet where there is none."""
    conditions = body.get("status", {}).get("conditions") or ()
    for one in conditions:
        if one["type"] == kind:
            return one["status"], one.get("reason", ""), one.get("message", "")
    raise NotYet(f"no condition {kind} among {[one['type'] for one in conditions]}")


class Scratch:
    """Namespaces of a test module's own, deleted when it is done."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.api: Api = scene.api
        self._names: set[str] = set()

    def open(self, name: str) -> str:
        """A namespace in which pods can be made: their default account is there."""
        self._names.add(name)
        self.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

        def furnished() -> None:
            if self.api.get("v1", "ServiceAccount", "default", name) is None:
                raise NotYet("no default ServiceAccount")

        self.scene.wait(f"namespace {name}", furnished)
        return name

    def expect(self, name: str) -> None:
        """A namespace that somebody else makes, and that goes with the others."""
        self._names.add(name)

    def plant(self, text: str) -> None:
        """Apply every object of a text."""
        for body in objects(text):
            self.api.apply(body)

    def close(self) -> None:
        """Delete all of them, and wait until no pod of theirs is left; the rest of a namespace goes in its own time."""
        for name in self._names:
            for one in self.api.list("apps/v1", "Deployment", name):  # a namespace lets its pods go late
                self.api.delete("apps/v1", "Deployment", one["metadata"]["name"], name)
            self.api.delete("v1", "Namespace", name)

        def gone() -> None:
            left = {one["metadata"]["namespace"] for one in self.api.list("v1", "Pod")} & self._names
            if left:
                raise NotYet(f"still pods in {', '.join(sorted(left))}")

        self.scene.wait("the scratch namespaces to go", gone)

    def await_ready(self, namespace: str, name: str) -> None:
        """Wait until a Deployment has all its pods."""

        def available() -> None:
            found = self.scene.get("apps/v1", "Deployment", name, namespace)
            status = found.get("status", {})
            if condition(found, "Available") != "True" or status.get("readyReplicas") != found["spec"]["replicas"]:
                raise NotYet(str(status))

        self.scene.wait(f"Deployment {namespace}/{name}", available)


def deployment(
    namespace: str, name: str = "web", *, replicas: str = "replicas: 2", pod: str = "", container: str = ""
) -> str:
    """A Deployment as YAML; `pod` and `container` are more fields in flow style, with a comma in front."""
    return f"""
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  {replicas}
  selector: {{matchLabels: {{app.kubernetes.io/name: {name}}}}}
  template:
    metadata: {{labels: {{app.kubernetes.io/name: {name}}}}}
    spec: {{terminationGracePeriodSeconds: 1, containers: [{{name: web, image: "{IMAGE}"{container}}}]{pod}}}
"""
