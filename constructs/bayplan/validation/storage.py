"""Claims of storage: who makes them, who uses them, and how many nodes may use one at a time.

Source: <https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes>
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.fields import annotation, mapping_at, mappings_at, text_at, value_at, words_at
from bayplan.validation.pod_parts import claim_templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Pod
    from bayplan.validation.world import World

CLAIM = "PersistentVolumeClaim"
VOLUME = "PersistentVolume"
CLASS = "StorageClass.storage.k8s.io"
ONE_POD, ONE_NODE = "ReadWriteOncePod", "ReadWriteOnce"
SHARED_WORDS = (
    *("nfs", "efs", "cephfs", "file", "smb", "cifs", "gluster", "juicefs", "fsx", "lustre", "local", "hostpath"),
    *("host-path", "rwx", "shared", "seaweed", "s3", "manual", "zfs", "lvm", "topolvm", "rawfile"),
)
"""Words in the name of a class or its provisioner that show a volume which several pods can use, whatever its claim
says: it is a share, or it lies on one node, to which the scheduler sends every pod of it."""
SHARED_VOLUMES = ("nfs", "hostPath", "local", "cephfs", "glusterfs", "azureFile")


class Use(NamedTuple):
    """A claim that a pod names."""

    name: str
    pointer: str
    """Of the volume in the pod's owner."""


def uses_of(pod: Pod) -> Iterator[Use]:
    """The claims that a pod mounts by name. A claim template takes the place of a volume of its name."""
    if "volumes" not in pod.spec:
        return
    made = {text_at(claim, "metadata", "name") for claim in claim_templates(pod)}
    for index, volume in mappings_at(pod.spec, "volumes"):
        if "persistentVolumeClaim" in volume and text_at(volume, "name") not in made:
            name = text_at(volume, "persistentVolumeClaim", "claimName")
            if name:
                yield Use(name, f"{pod.pointer}/volumes/{index}/persistentVolumeClaim/claimName")


class Storage:
    """The claims of a tree and their users."""

    def __init__(self, world: World) -> None:
        self._claims = {(one.ref.namespace, one.ref.name): one for one in world.by_kind.get(CLAIM, ())}
        self._users: dict[tuple[str, str], list[Pod]] = defaultdict(list)
        self._made: dict[str, set[str]] = defaultdict(set)
        self._classes = {one.ref.name: one for one in world.by_kind.get(CLASS, ())}
        self._volumes = {one.ref.name: one for one in world.by_kind.get(VOLUME, ())}
        self.static_classes = {text_at(one.body, "spec", "storageClassName") for one in self._volumes.values()}
        """Classes of volumes that stand in the tree: a claim finds them by the name alone."""
        for namespace in world.pods.namespaces():
            for pod in world.pods.in_namespace(namespace):
                for use in uses_of(pod):
                    self._users[namespace, use.name].append(pod)
                for template in claim_templates(pod):
                    name = text_at(template, "metadata", "name")
                    self._made[namespace].add(f"{name}-{pod.owner.ref.name}-")

    def claim(self, namespace: str, name: str) -> Manifest | None:
        """A claim of the tree."""
        return self._claims.get((namespace, name))

    def is_from_template(self, namespace: str, name: str) -> bool:
        """Whether a StatefulSet makes the claim: `<template>-<set>-<number>`."""
        prefix, dash, number = name.rpartition("-")
        return number.isdecimal() and prefix + dash in self._made.get(namespace, ())

    def users(self, namespace: str, name: str) -> tuple[Pod, ...]:
        """The pods that mount a claim."""
        return tuple(self._users.get((namespace, name), ()))

    def mode_of(self, claim: Manifest) -> str:
        """`ReadWriteOncePod` or `ReadWriteOnce` where a claim allows no more; "" where more nodes may share."""
        modes = words_at(claim.body, "spec", "accessModes")
        if modes == (ONE_POD,):
            return ONE_POD
        return ONE_NODE if modes == (ONE_NODE,) and not self._is_shared(claim) else ""

    def _is_shared(self, claim: Manifest) -> bool:
        name = class_of(claim.body)
        made = self._classes.get(name)
        provisioner = text_at(made.body, "provisioner") if made else ""
        volume = self._volumes.get(text_at(claim.body, "spec", "volumeName"))
        source = mapping_at(volume.body, "spec") if volume else {}
        words = f"{name} {provisioner} {text_at(source, 'csi', 'driver')}".lower()
        return any(word in words for word in SHARED_WORDS) or any(kind in source for kind in SHARED_VOLUMES)


def class_of(claim: Mapping[str, Any]) -> str:
    """The class that a claim asks for, also in the old annotation; "" for none and for the default."""
    return text_at(claim, "spec", "storageClassName") or annotation(claim, "volume.beta.kubernetes.io/storage-class")


def claims_asked_for(workload: Manifest, pods: tuple[Pod, ...]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Every claim that an object is or makes: what to call it, its body, and where its spec stands."""
    if workload.ref.kind == CLAIM:
        yield "it", workload.body, "/spec"
    for index, template in mappings_at(workload.body, "spec", "volumeClaimTemplates"):
        yield (
            f"claim template {text_at(template, 'metadata', 'name')}",
            template,
            f"/spec/volumeClaimTemplates/{index}/spec",
        )
    for pod in pods:
        for index, volume in mappings_at(pod.spec, "volumes") if "volumes" in pod.spec else ():
            template = value_at(volume, "ephemeral", "volumeClaimTemplate")
            if isinstance(template, dict):
                where = f"{pod.pointer}/volumes/{index}/ephemeral/volumeClaimTemplate/spec"
                yield f"volume {text_at(volume, 'name')}", template, where
