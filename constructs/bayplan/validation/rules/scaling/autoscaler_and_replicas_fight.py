"""A workload has an autoscaler and a fixed number of replicas.

Every sync sets the number back to what the file says, in the middle of the load that the autoscaler has answered;
then the autoscaler starts again. Leave `replicas` out of what an autoscaler owns.

Source: <https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import annotation, mappings_at, whole_at, words_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.pods import SCALED_KINDS
from bayplan.validation.rule import Hit, rule

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
  minReplicaCount: 2
  maxReplicaCount: 6
  triggers: [{type: cpu, metricType: Utilization, metadata: {value: "70"}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  replicas: 2
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers:
        - name: chat
          image: registry.example.com/chat@sha256:0
          resources: {requests: {cpu: 100m}}
"""
GOOD = BAD.replace("  replicas: 2\n", "")

SERVER_SIDE_APPLY = "kustomize.toolkit.fluxcd.io/ssa"


@rule(
    "SCL002",
    severity=Severity.DOWN,
    rows=("H2", "H3"),
    kinds=SCALED_KINDS,
    fix="leave replicas out: the autoscaler owns them",
)
def autoscaler_and_replicas_fight(workload: Manifest, world: World) -> Iterator[Hit]:
    """Report `replicas` of what an autoscaler scales, unless both can only ever say the same."""
    replicas = whole_at(workload.body, "spec", "replicas")
    if replicas is None or annotation(workload.body, SERVER_SIDE_APPLY) in ("IfNotPresent", "Ignore"):
        return
    for autoscaler in world.scaling.of(workload.ref):
        if autoscaler.lowest == autoscaler.highest == replicas:
            continue
        ref = autoscaler.manifest.ref
        message = f"fixes {replicas} replicas, which {ref} moves between {autoscaler.lowest} and {autoscaler.highest}"
        if flux_ignores_replicas(world):
            yield Hit(
                "/spec/replicas", f"{message}, but Flux is told to ignore replicas of some objects", Status.UNKNOWN
            )
        else:
            yield Hit("/spec/replicas", message)


def flux_ignores_replicas(world: World) -> bool:
    """Whether a Flux Kustomization leaves the replicas of some objects alone (`spec.ignore`, since Flux 2.9)."""
    return any(
        "/spec/replicas" in words_at(item, "paths")
        for sync in world.by_kind.get("Kustomization.kustomize.toolkit.fluxcd.io", ())
        for _, item in mappings_at(sync.body, "spec", "ignore")
    )
