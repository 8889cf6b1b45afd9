"""A Deployment starts its new pod before the old one has let go of their volume.

The volume can be used on one node at a time. When the new pod comes to another node it hangs there, and the old one is
kept until the new one is ready: the rollout never ends. It goes well only as long as both happen to come to one node.
Say `strategy: {type: Recreate}`, or `maxSurge: 0` with `maxUnavailable: 1`.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.budget import PERCENT
from bayplan.validation.fields import mapping_at, text_at
from bayplan.validation.finding import Confidence, Severity
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
  replicas: 1
  strategy: {type: RollingUpdate}
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
GOOD = BAD.replace("RollingUpdate", "Recreate")


@rule(
    "STO004",
    severity=Severity.DOWN,
    rows=("W6",),
    kinds=("Deployment.apps",),
    confidence=Confidence.LOW,
    fix="say `strategy: {type: Recreate}`",
)
def update_waits_for_its_volume(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look at the claims of a Deployment of one pod that adds one before it takes one away."""
    pods = world.pods.made_by(workload)
    uses = [*uses_of(pods[0])] if pods else []
    if not uses or world.scaling.most(workload) != 1 or not starts_first(workload):
        return  # more pods than one are told by STO003
    for use in uses:
        claim = world.storage.claim(workload.ref.namespace, use.name)
        mode = world.storage.mode_of(claim) if claim else ""
        if mode == ONE_POD or (mode and not stays_on_one_node(pods[0])):
            what = "one pod" if mode == ONE_POD else "one node"
            message = f"its update starts a second pod, and claim {use.name} is for {what} at a time ({mode})"
            yield Hit("/spec/strategy", message)
            return


def starts_first(workload: Manifest) -> bool:
    """Whether an update of one pod starts the new one first: by default it does."""
    strategy = mapping_at(workload.body, "spec", "strategy")
    if text_at(strategy, "type") not in ("", "RollingUpdate"):
        return False
    unavailable = mapping_at(strategy, "rollingUpdate").get("maxUnavailable", "25%")
    if isinstance(unavailable, str):
        # rounded down: a part of one pod is none
        return bool(PERCENT.fullmatch(unavailable)) and int(unavailable[:-1]) < 100
    return isinstance(unavailable, int) and unavailable == 0
