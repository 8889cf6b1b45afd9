"""The numbers of an autoscaler contradict each other.

The API server refuses a HorizontalPodAutoscaler whose least replicas are more than the most, and one that may go down
to none without a metric from outside (before Kubernetes 1.37: at all). KEDA's webhook refuses a ScaledObject whose
`idleReplicaCount` is not below `minReplicaCount`. Flux then applies nothing of its Kustomization.

Source: <https://keda.sh/docs/latest/reference/scaledobject-spec/#idlereplicacount>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at, whole_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import AUTOSCALER_KINDS, HPA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: chat, namespace: chat}
spec:
  scaleTargetRef: {name: chat}
  idleReplicaCount: 2
  minReplicaCount: 2
  triggers: [{type: cron, metadata: {timezone: Etc/UTC, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "2"}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("idleReplicaCount: 2", "idleReplicaCount: 0")

ZERO_SINCE = (1, 37)
"""Kubernetes that lets a HorizontalPodAutoscaler go down to none unasked (HPAScaleToZero)."""


@rule(
    "SCL012",
    severity=Severity.SYNC,
    rows=("H8",),
    kinds=AUTOSCALER_KINDS,
    fix="let idle be below the least, and the least not above the most",
)
def replica_bounds_contradict(autoscaler: Manifest, world: World) -> Iterator[Hit]:
    """Compare the numbers as the API server and KEDA's webhook do."""
    if kind_of(autoscaler) != HPA:
        idle, least = (whole_at(autoscaler.body, "spec", key) for key in ("idleReplicaCount", "minReplicaCount"))
        # as the webhook has it: a least of 0 that is said counts as 1, one that is not said as 0
        floor = 0 if least is None else max(least, 1)
        if idle is not None and idle >= floor:
            yield Hit("/spec/idleReplicaCount", f"idles at {idle}, which is not below minReplicaCount {least or 0}")
        return
    least, most = (whole_at(autoscaler.body, "spec", key) for key in ("minReplicas", "maxReplicas"))
    if least is not None and most is not None and least > most > 0:
        yield Hit("/spec/maxReplicas", f"runs at least {least} and at most {most} replicas")
    if least == 0:
        yield from judge_zero(autoscaler, world)


def judge_zero(autoscaler: Manifest, world: World) -> Iterator[Hit]:
    """No replica is a number that only metrics from outside can leave again."""
    metrics = mappings_at(autoscaler.body, "spec", "metrics")
    if not any(text_at(item, "type") in ("Object", "External") for _, item in metrics):
        yield Hit("/spec/minReplicas", "goes down to 0 replicas without an Object or External metric")
    elif tuple(int(part) for part in world.kubernetes.split(".")) < ZERO_SINCE:
        told = (
            f"goes down to 0 replicas, which Kubernetes {world.kubernetes} refuses unless HPAScaleToZero is switched on"
        )
        yield Hit("/spec/minReplicas", told, Status.UNKNOWN)
