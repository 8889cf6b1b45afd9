"""Several pods of a workload share a volume that one node, or one pod, may use at a time.

The second pod that comes to another node hangs in ContainerCreating (Multi-Attach error); with `ReadWriteOncePod` it is
not even placed. The workload looks scaled and is not. Use a StatefulSet, which makes a volume for each pod, or a class
whose volumes can be shared (ReadWriteMany), or run one pod.

Source: <https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.pods import SCALED_KINDS
from bayplan.validation.rule import Hit, rule
from bayplan.validation.storage import ONE_POD, uses_of
from bayplan.validation.togetherness import stays_on_one_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  replicas: 2
  strategy: {type: Recreate}
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: chat}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
"""
GOOD = BAD.replace("replicas: 2", "replicas: 1")


@rule(
    "STO003",
    severity=Severity.DOWN,
    rows=("W6",),
    kinds=(*SCALED_KINDS, "DaemonSet.apps"),
    confidence=Confidence.MEDIUM,
    fix="give each pod its own volume (StatefulSet), or use one that can be shared (ReadWriteMany)",
)
def volume_is_for_one_pod(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare the access mode of each claim with the number of pods that mount it."""
    for pod in world.pods.made_by(workload):
        uses = [*uses_of(pod)]
        if not uses:
            continue
        most = world.scaling.most(workload)
        if workload.ref.kind != "DaemonSet" and most < 2:
            continue
        number = "one pod on each node" if workload.ref.kind == "DaemonSet" else f"up to {most} pods"
        for use in uses:
            claim = world.storage.claim(workload.ref.namespace, use.name)
            mode = world.storage.mode_of(claim) if claim else ""
            if mode == ONE_POD or (mode and not stays_on_one_node(pod)):
                what = "one pod" if mode == ONE_POD else "one node"
                message = f"{number} share claim {use.name}, which {what} may use at a time ({mode})"
                yield Hit(use.pointer, message)
