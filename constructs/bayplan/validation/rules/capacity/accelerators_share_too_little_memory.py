"""A container with several accelerators has the 64 MiB of shared memory that every container has.

Processes that each drive one accelerator exchange data through /dev/shm (NCCL, the loaders of PyTorch); 64 MiB are soon
full, and then they die of a bus error or hang, often hours later. Mount a volume in memory at /dev/shm. A program that
uses one process for all accelerators may do without.

Source: <https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html#shared-memory>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.amounts import asked_in
from bayplan.validation.fields import mappings_at, text_at, value_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Container
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: train, namespace: train}
spec:
  containers:
    - name: train
      image: registry.example.com/train@sha256:0
      resources: {limits: {nvidia.com/gpu: 8, memory: 64Gi}}
"""
GOOD = (
    BAD
    + """      volumeMounts: [{name: shm, mountPath: /dev/shm}]
  volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 16Gi}}]
"""
)

ACCELERATORS = ("amd.com/gpu", "nvidia.com/gpu")


@rule(
    "CAP008",
    severity=Severity.RISK,
    rows=("G4",),
    kinds=WORKLOAD_KINDS,
    confidence=Confidence.LOW,
    fix="mount an emptyDir with medium: Memory at /dev/shm",
)
def accelerators_share_too_little_memory(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look for containers with more than one accelerator and nothing at /dev/shm."""
    for pod in world.pods.made_by(workload):
        if pod.spec.get("hostIPC") is True or pod.is_completed:
            continue
        by_ray = workload.ref.group == "ray.io" and pod.role != "submitter"
        for container in pod.containers:
            if by_ray and container.pointer.endswith("/containers/0"):
                continue  # KubeRay mounts memory there by itself
            limits = value_at(container.body, "resources", "limits")
            if not isinstance(limits, dict) or not any(name in limits for name in ACCELERATORS):
                continue
            asked = asked_in(container.body.get("resources"))
            many = [name for name in ACCELERATORS if asked.get(name, 0) > 1000]
            if many and not mounts_shared_memory(container):
                told = f"container {container.name} has {asked[many[0]] // 1000} {many[0]} and 64 MiB of /dev/shm"
                yield Hit(container.pointer, told)


def mounts_shared_memory(container: Container) -> bool:
    """Whether something is mounted at /dev/shm."""
    mounts = mappings_at(container.body, "volumeMounts")
    return any(text_at(mount, "mountPath").rstrip("/") in ("/dev/shm", "/dev") for _, mount in mounts)  # noqa: S108
