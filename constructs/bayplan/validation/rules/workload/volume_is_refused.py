"""A volume, or the way in which it is mounted, is one that the API server refuses.

It refuses the pod with it, and the object that holds its template. A volume is of exactly one kind; paths inside of it
are relative and do not climb out; a token lives at least ten minutes; only privileged containers may mount for others.
Write one volume for each kind, and paths that stay inside.

Source: <https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, value_at, whole_at
from bayplan.validation.finding import Severity
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Container
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
  volumes: [{name: scratch, emptyDir: {}, hostPath: {path: /tmp}}]
"""
GOOD = BAD.replace(", hostPath: {path: /tmp}", "")
NEEDED = {"configMap": "name", "ephemeral": "volumeClaimTemplate", "image": "reference", "secret": "secretName"}
"""Kinds of volumes to the field that the schema leaves open and the API server asks for."""
LEAST_TOKEN_SECONDS = 600
FILES = ("configMap", "secret", "downwardAPI", "projected")
"""Kinds of volumes that hold files."""


@rule(
    "WRK009",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=POD_KINDS,
    fix="give each volume one kind, and paths that stay inside of it",
)
def volume_is_refused(workload: Manifest, world: World) -> Iterator[Hit]:
    """Judge the volumes of every pod and the mounts of every container."""
    for pod in world.pods.made_by(workload):
        for index, volume in mappings_at(pod.spec, "volumes") if "volumes" in pod.spec else ():
            yield from of_volume(volume, f"{pod.pointer}/volumes/{index}")
        for container in pod.containers:
            if "volumeMounts" in container.body:
                for index, mount in mappings_at(container.body, "volumeMounts"):
                    yield from of_mount(mount, container, f"{container.pointer}/volumeMounts/{index}")


def of_volume(volume: dict[str, Any], where: str) -> Iterator[Hit]:
    """Its kind, and the files in it."""
    name = text_at(volume, "name")
    kinds = [key for key, value in volume.items() if key != "name" and value is not None]
    if len(kinds) != 1:
        if kinds:  # one of no kind becomes an emptyDir
            yield Hit(where, f"volume {name} is {' and '.join(map(str, kinds))} at once")
        return
    kind, body = kinds[0], volume[kinds[0]]
    yield from of_source(kind, body, name, f"{where}/{kind}")
    if kind in FILES:
        yield from of_files(body, name, f"{where}/{kind}")
        yield from of_projection(body, name, f"{where}/{kind}")
    if kind == "hostPath" and ".." in text_at(body, "path").split("/"):
        yield Hit(f"{where}/hostPath/path", f"volume {name} climbs with `..`")


def of_source(kind: str, body: object, name: str, where: str) -> Iterator[Hit]:
    """What a kind of volume cannot do without."""
    needed = NEEDED.get(kind)
    if needed is not None and isinstance(body, dict) and not body.get(needed):
        yield Hit(where, f"volume {name} does not say {needed}")
    if kind == "nfs" and not text_at(body, "path").startswith(("/", "$", "{")):
        yield Hit(f"{where}/path", f"volume {name} has the path {text_at(body, 'path')}, which must begin with /")


def of_projection(body: object, name: str, where: str) -> Iterator[Hit]:
    """Sources of one kind each, whose files have different paths."""
    seen: set[str] = set()
    for index, source in mappings_at(body, "sources"):
        kinds = [key for key, value in source.items() if value is not None]
        if len(kinds) > 1:
            yield Hit(f"{where}/sources/{index}", f"volume {name} has a source that is {' and '.join(kinds)} at once")
        for part in kinds:
            yield from of_files(source[part], name, f"{where}/sources/{index}/{part}")
            for number, item in mappings_at(source[part], "items"):
                path = text_at(item, "path")
                if path in seen:
                    place = f"{where}/sources/{index}/{part}/items/{number}/path"
                    yield Hit(place, f"volume {name} has two files {path}")
                seen |= {path} - {""}


def of_files(body: object, name: str, where: str) -> Iterator[Hit]:
    """Paths of the files of a volume, and how long a token lives."""
    for index, item in mappings_at(body, "items"):
        path = text_at(item, "path")
        if wrong := strays(path):
            yield Hit(f"{where}/items/{index}/path", f"path {path} in volume {name} {wrong}")
    seconds = whole_at(body, "expirationSeconds")
    if seconds is not None and seconds < LEAST_TOKEN_SECONDS:
        yield Hit(
            f"{where}/expirationSeconds", f"the token in volume {name} lives {seconds} s; at least 600 are asked for"
        )


def strays(path: str) -> str:
    """What is wrong with a path inside of a volume, in words; "" if nothing is."""
    if is_variable(path):
        return ""
    if path.startswith("/"):
        return "is not relative"
    return "climbs with `..`" if ".." in path.split("/") or path.startswith("..") else ""


def of_mount(mount: dict[str, Any], container: Container, where: str) -> Iterator[Hit]:
    """Parts of a volume that are mounted, and mounts that others see."""
    who = f"container {container.name}"
    path, pattern = text_at(mount, "subPath"), text_at(mount, "subPathExpr")
    if path and pattern:
        yield Hit(f"{where}/subPathExpr", f"{who} says subPath and subPathExpr for one mount")
    for field, text in (("subPath", path), ("subPathExpr", pattern)):
        if text.startswith("/") or ".." in text.split("/"):
            yield Hit(f"{where}/{field}", f"{field} {text} of {who} does not stay inside of the volume")
    propagation = mount.get("mountPropagation")
    privileged = value_at(mapping_at(container.body, "securityContext"), "privileged") is True
    if propagation == "Bidirectional" and not privileged:
        yield Hit(f"{where}/mountPropagation", f"{who} mounts for others, which only privileged containers may")
    if mount.get("recursiveReadOnly") in ("Enabled", "IfPossible") and (
        mount.get("readOnly") is not True or propagation not in (None, "None")
    ):
        yield Hit(f"{where}/recursiveReadOnly", f"{who} says recursiveReadOnly for a mount that is not read-only")
