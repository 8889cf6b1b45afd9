"""What is taken out of an app goes, what holds data stays."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import yaml
from tests.e2e.scene import YARD

from bayplan.lab.wait import NotYet

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.scene import Scene

    from bayplan.lab.api import Body

KEPT = {"kustomize.toolkit.fluxcd.io/prune": "disabled"}


def chat_objects(scene: Scene) -> set[str]:
    """What the API server holds of the workload chat."""
    kinds = [
        ("apps/v1", "Deployment"),
        ("v1", "Service"),
        ("v1", "ServiceAccount"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("policy/v1", "PodDisruptionBudget"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("networking.istio.io/v1", "VirtualService"),
    ]
    return {kind for version, kind in kinds if scene.api.get(version, kind, "chat", "assistant")}


def render_without_chat(target: Path) -> None:
    """`bayplan synth` in a copy of this repository whose app has lost its workload chat, which nobody calls."""
    for folder in ("apps", "clusters"):
        shutil.copytree(YARD / folder, target / folder)
    file = target / "apps" / "assistant.yaml"
    app = yaml.safe_load(file.read_text())
    app["workloads"] = [{**one, "access": {"callers": []}} for one in app["workloads"] if one["name"] != "chat"]
    file.write_text(yaml.safe_dump(app))
    command = [sys.executable, "-m", "bayplan", "synth", "--root", str(target)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode in {0, 1}, answer.stderr


def test_a_workload_that_is_removed_from_an_app_is_pruned_and_its_neighbours_run_on(lab: Scene, tmp_path: Path) -> None:
    render_without_chat(tmp_path)
    assert chat_objects(lab) == {
        *("Deployment", "Service", "ServiceAccount", "HorizontalPodAutoscaler"),
        *("PodDisruptionBudget", "NetworkPolicy", "VirtualService"),
    }
    before = {pod["metadata"]["uid"] for pod in lab.pods("assistant", "answers")}

    def take_over() -> None:
        shutil.rmtree(lab.tree / "apps" / "assistant")
        shutil.copytree(tmp_path / "dist" / "lab" / "apps" / "assistant", lab.tree / "apps" / "assistant")

    def gone() -> None:
        if left := chat_objects(lab) | {pod["metadata"]["name"] for pod in lab.pods("assistant", "chat")}:
            raise NotYet(", ".join(sorted(left)))

    with lab.commit("Remove the workload chat", take_over):
        lab.settle()
        lab.wait("chat to be gone", gone)
        assert {pod["metadata"]["uid"] for pod in lab.pods("assistant", "answers")} == before
    lab.await_pods("assistant", "chat", 2)


def test_an_app_that_is_removed_leaves_its_namespace(lab: Scene) -> None:
    """And what people or other controllers have put there: only what Flux has applied is pruned."""
    mine: Body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine", "namespace": "classifier"}}
    lab.api.apply(mine)

    def gone() -> None:
        if lab.api.get("apps/v1", "Deployment", "classifier", "classifier"):
            raise NotYet("the Deployment is there")

    removed = lab.remove("flux", "Kustomization.apps-classifier~flux-system.yaml")
    namespaces = lab.remove("platform", "Namespace.classifier.yaml")
    with lab.commit("Remove the app classifier", removed, namespaces):
        lab.wait("the app to be gone", gone)
        lab.settle()
        assert lab.get("v1", "Namespace", "classifier")["status"]["phase"] == "Active"
        assert lab.get("v1", "ConfigMap", "mine", "classifier")
    lab.await_pods("classifier", "classifier", 3)
    lab.api.delete("v1", "ConfigMap", "mine", "classifier")


def claim(name: str, annotations: dict[str, str]) -> Body:
    """A volume's claim, of the test's own class."""
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": "lab"}
    about = {"name": name, "namespace": "assistant", "annotations": annotations}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": about, "spec": spec}


def volumes(*names: str) -> list[Body]:
    """A class, and volumes of it that a person has made: the lab has nobody who provisions them."""
    about = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "lab"}}
    room = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/nowhere"}}
    volume = {"apiVersion": "v1", "kind": "PersistentVolume", "spec": {**room, "storageClassName": "lab"}}
    return [
        {**about, "provisioner": "kubernetes.io/no-provisioner"},
        *({**volume, "metadata": {"name": f"lab-{name}"}} for name in names),
    ]


def test_a_volume_that_is_marked_as_holding_data_stays(lab: Scene) -> None:
    claims: dict[str, dict[str, str]] = {"kept": KEPT, "scratch": {}}
    for body in volumes(*claims):  # Flux waits until claims are bound
        lab.api.apply(body)

    def held() -> set[str]:
        return {name for name in claims if lab.api.get("v1", "PersistentVolumeClaim", name, "assistant")}

    def arrive() -> None:
        if held() != claims.keys():
            raise NotYet(f"only {held()}")

    def leave() -> None:
        if "scratch" in held():
            raise NotYet("it is there")

    files = {name: f"PersistentVolumeClaim.{name}.yaml" for name in claims}
    added = [lab.add("apps/assistant", files[name], claim(name, claims[name])) for name in claims]
    with lab.commit("Two claims", *added):
        lab.wait("the claims", arrive)
    lab.wait("the unmarked claim to be pruned", leave)
    assert held() == {"kept"}
    lab.api.delete("v1", "PersistentVolumeClaim", "kept", "assistant")
    for name in claims:
        lab.api.delete("v1", "PersistentVolume", f"lab-{name}")
