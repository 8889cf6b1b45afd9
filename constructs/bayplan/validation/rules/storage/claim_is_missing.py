"""A pod mounts a claim of storage that does not exist.

The scheduler does not place the pod: it stays Pending, without a time limit, until somebody makes the claim. A claim
never leaves its namespace. Commit the PersistentVolumeClaim beside the workload, or let a StatefulSet make one for each
pod.

Source: <https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule
from bayplan.validation.storage import CLAIM, uses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: dataa}}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: chat}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
"""
GOOD = BAD.replace("dataa", "data")


@rule(
    "STO001",
    severity=Severity.DOWN,
    rows=("W6",),
    kinds=POD_KINDS,
    fix="commit the PersistentVolumeClaim in the workload's namespace",
)
def claim_is_missing(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look every claim up in the workload's namespace."""
    namespace = workload.ref.namespace
    for pod in world.pods.made_by(workload):
        for use in uses_of(pod):
            if world.storage.is_from_template(namespace, use.name):
                continue
            lack = world.lack(CLAIM, namespace, use.name)
            if lack is not None:
                yield Hit(
                    use.pointer, f"mounts claim {use.name}, which is not in its namespace{lack.doubt}", lack.status
                )
