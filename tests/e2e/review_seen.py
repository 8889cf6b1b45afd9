"""What there is in the cluster of one scenario: objects with their identity, and who owns which pods."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayplan.lab.api import Refused
from bayplan.lab.furnish import condition
from bayplan.manifests.read import read_tree
from bayplan.manifests.ref import Ref

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.lab.api import Api, Body

OWNER = "kustomize.toolkit.fluxcd.io/name"
MAKERS = frozenset({"Job", "ReplicaSet"})
"""Owners of pods that may be made by somebody else in turn."""


@dataclass(kw_only=True)
class Seen:
    """The objects of one scenario at one time."""

    objects: dict[Ref, Body] = field(default_factory=dict)
    """Those that Flux has applied, or that stand in a namespace of the scenario."""
    pods: dict[Ref, set[str]] = field(default_factory=dict)
    """Workload to the identities of its pods."""
    versions: dict[str, str] = field(default_factory=dict)
    """Namespace to where the history of its pods stands."""

    def has(self, ref: Ref) -> bool:
        """Whether an object is there, and not on its way out."""
        found = self.objects.get(ref)
        return found is not None and "deletionTimestamp" not in found["metadata"]


def kinds_of(*folders: Path) -> list[tuple[str, str]]:
    """Version and kind of everything that a scenario's files hold."""
    trees = [read_tree(folder / "dist").inventory.manifests for folder in folders]
    found = {(str(one.body.get("apiVersion")), one.ref.kind) for tree in trees for one in tree}
    extra = {("apps/v1", "ReplicaSet"), ("v1", "PersistentVolumeClaim"), ("batch/v1", "Job")}
    return sorted(one for one in found | extra if not one[0].startswith("kustomize.config.k8s.io"))


def look(api: Api, kinds: list[tuple[str, str]], suffix: str) -> Seen:
    """Everything that is there of these kinds, and the pods."""
    seen = Seen()
    for version, kind in kinds:
        try:
            found = api.list(version, kind)
        except Refused:
            continue  # a kind that is not served (any more)
        for body in found:
            about = body["metadata"]
            labels = about.get("labels") or {}
            if is_ours(about.get("namespace") or about["name"], suffix) or is_ours(
                labels.get(OWNER.replace("/name", "/namespace"), ""), suffix
            ):
                seen.objects[Ref.of(body)] = body
    pods = [pod for pod in api.list("v1", "Pod") if is_ours(pod["metadata"]["namespace"], suffix)]
    owned: dict[Ref, set[str]] = defaultdict(set)
    for pod in pods:
        owned[workload_of(pod, seen)].add(pod["metadata"]["uid"])
    seen.pods = dict(owned)
    spaces = {ref.name for ref in seen.objects if ref.kind == "Namespace" and not ref.group}
    seen.versions = {name: api.version("v1", "Pod", name) for name in spaces}
    return seen


def is_ours(name: str, suffix: str) -> bool:
    """Whether a namespace is one of the scenario."""
    return name.endswith(suffix)


def workload_of(pod: Body, seen: Seen) -> Ref:
    """Who has made a pod in the end: not the ReplicaSet, but its Deployment."""
    body, namespace = pod, pod["metadata"]["namespace"]
    ref = Ref("", "Pod", namespace, pod["metadata"]["name"])
    while owners := body["metadata"].get("ownerReferences"):
        group, slash, _ = owners[0]["apiVersion"].partition("/")
        ref = Ref(group if slash else "", owners[0]["kind"], namespace, owners[0]["name"])
        if owners[0]["kind"] not in MAKERS or ref not in seen.objects:
            break
        body = seen.objects[ref]
    return ref


def fewest_ready(history: list[tuple[str, Body]], ready: set[str], workload: str) -> int:
    """The fewest pods that were ready at one time: of those that were (`ready`), or came by the workload's name."""
    now = set(ready)
    fewest = len(now)
    for what, pod in history:
        uid = pod["metadata"]["uid"]
        if uid not in ready and not pod["metadata"]["name"].startswith(f"{workload}-"):
            continue
        stays = what != "DELETED" and "deletionTimestamp" not in pod["metadata"]
        is_ready = stays and condition(pod, "Ready") == "True"
        (now.add if is_ready else now.discard)(uid)
        fewest = min(fewest, len(now))
    return fewest


def provision(api: Api, suffix: str) -> None:
    """Give every claim that waits a volume, as a storage driver would."""
    for claim in api.list("v1", "PersistentVolumeClaim"):
        about, spec = claim["metadata"], claim["spec"]
        if not is_ours(about["namespace"], suffix) or spec.get("volumeName") or "deletionTimestamp" in about:
            continue
        volume = {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": f"pv-{about['uid']}"},
            "spec": {
                "capacity": {"storage": spec["resources"]["requests"]["storage"]},
                "accessModes": spec["accessModes"],
                "hostPath": {"path": "/nowhere"},
                "storageClassName": spec.get("storageClassName", ""),
                "persistentVolumeReclaimPolicy": "Retain",
                "claimRef": {
                    "apiVersion": "v1",
                    "kind": "PersistentVolumeClaim",
                    "name": about["name"],
                    "namespace": about["namespace"],
                    "uid": about["uid"],
                },
            },
        }
        api.apply(volume)
