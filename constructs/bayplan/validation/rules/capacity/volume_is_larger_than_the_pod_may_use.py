"""A volume on the node may grow larger than the pod may.

What is written to a volume in memory (`medium: Memory`, usual for /dev/shm) counts as memory of the container that
writes: it is killed before the volume is as full as was said. A volume on the disk counts as ephemeral storage: the pod
is evicted. Raise the limits, or make the volume smaller.

Source: <https://kubernetes.io/docs/concepts/storage/volumes/#emptydir>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.amounts import Amounts, amounts_in
from bayplan.validation.consumption import show
from bayplan.validation.fields import mapping_at, mappings_at, text_at, value_at
from bayplan.validation.finding import Severity
from bayplan.validation.limits import defaults_of
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: train, namespace: train}
spec:
  containers:
    - name: train
      image: registry.example.com/train@sha256:0
      resources: {limits: {memory: 8Gi}}
      volumeMounts: [{name: shm, mountPath: /dev/shm}]
  volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 16Gi}}]
"""
GOOD = BAD.replace("memory: 8Gi", "memory: 32Gi")


@rule(
    "CAP007",
    severity=Severity.LOSS,
    rows=("G4",),
    kinds=WORKLOAD_KINDS,
    fix="raise the limit, or make the volume smaller",
)
def volume_is_larger_than_the_pod_may_use(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare the size of every volume with the limits of those that mount it; without a limit nothing can be said."""
    for pod in world.pods.made_by(workload):
        for index, volume in mappings_at(pod.spec, "volumes") if "volumes" in pod.spec else ():
            said = value_at(volume, "emptyDir", "sizeLimit") if "emptyDir" in volume else None
            size = amounts_in({"size": said}).get("size") if said is not None else None
            if size is None:
                continue
            in_memory = text_at(volume, "emptyDir", "medium") == "Memory"
            name = "memory" if in_memory else "ephemeral-storage"
            limit = limit_of(pod, text_at(volume, "name"), name, world)
            if limit is not None and size > limit:
                where = f"{pod.pointer}/volumes/{index}/emptyDir/sizeLimit"
                told = f"may hold {show(name, size)}, but who writes to it may use {show(name, limit)} of {name}"
                yield Hit(where, told)


def limit_of(pod: Pod, volume: str, name: str, world: World) -> int | None:
    """What all containers that mount a volume may use together; None if one has no limit."""
    given = defaults_of(pod.namespace, world).given
    limits: list[Amounts] = [
        amounts_in(given(one.body)["limits"])
        for one in pod.containers
        if any(text_at(mount, "name") == volume for _, mount in mappings_at(one.body, "volumeMounts"))
    ]
    whole = amounts_in(mapping_at(pod.spec, "resources", "limits")).get(name)
    if not limits or whole is not None or any(name not in one for one in limits):
        return whole
    return sum(one[name] for one in limits)
