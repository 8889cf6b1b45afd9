"""A container mounts a volume that its pod does not have.

The API server refuses the pod, and with it the object that holds its template: nothing of it is applied. Also refused
is a raw block device (`volumeDevices`) that is no claim, and an environment variable from a file of a volume that is
not there. Add the volume, or correct its name in the mount.

Source: <https://kubernetes.io/docs/concepts/storage/volumes/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.pod_parts import volumes_of
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
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      volumeMounts: [{name: scratchh, mountPath: /tmp}]
  volumes: [{name: scratch, emptyDir: {}}]
"""
GOOD = BAD.replace("scratchh", "scratch")


OF_KUBERAY = ("ray-logs", "ray-token", "shared-mem")
"""Volumes that KubeRay adds to what it makes; other containers of its pods may mount them, too."""


@rule(
    "WRK003",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=POD_KINDS,
    fix="add the volume to the pod, or name one that it has",
)
def mount_names_no_volume(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look every mount and device up among the volumes and claim templates of the pod."""
    for pod in world.pods.made_by(workload):
        if pod.is_completed:
            continue  # its operator adds volumes
        volumes = volumes_of(pod)
        if workload.ref.group == "ray.io":
            volumes = {key: {} for key in OF_KUBERAY} | volumes
        for container in pod.containers:
            for name, where in mounted(container):
                if name and name not in volumes and not any(map(is_variable, (name, *volumes))):
                    known = ", ".join(sorted(filter(None, volumes))) or "none"
                    yield Hit(where, f"container {container.name} uses volume {name}; its pod has {known}")
            for index, device in (
                mappings_at(container.body, "volumeDevices") if "volumeDevices" in container.body else ()
            ):
                volume = volumes.get(text_at(device, "name"))
                if volume is not None and not volume.keys() & {"persistentVolumeClaim", "ephemeral"}:
                    where = f"{container.pointer}/volumeDevices/{index}/name"
                    yield Hit(where, f"container {container.name} uses {device['name']} as a device: it is no claim")


def mounted(container: Container) -> Iterator[tuple[str, str]]:
    """Every volume that a container names, and where."""
    for field in ("volumeMounts", "volumeDevices"):
        if field in container.body:
            for index, mount in mappings_at(container.body, field):
                yield text_at(mount, "name"), f"{container.pointer}/{field}/{index}/name"
    for index, variable in mappings_at(container.body, "env") if "env" in container.body else ():
        if "valueFrom" in variable and mapping_at(variable, "valueFrom", "fileKeyRef"):
            name = text_at(variable, "valueFrom", "fileKeyRef", "volumeName")
            yield name, f"{container.pointer}/env/{index}/valueFrom/fileKeyRef/volumeName"
