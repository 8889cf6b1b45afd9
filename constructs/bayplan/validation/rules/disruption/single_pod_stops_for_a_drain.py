"""A budget guards an application that has one pod and cannot have a second for a moment.

The budget lets the one pod go, and nothing can take over before it is gone: its volume is attached to one node at a
time, or its Deployment is told to stop the old pod first (`Recreate`). Every drain is an outage, however short, that
the budget was meant to prevent. Run two pods where the program can, or take the outage and leave the budget out.

Source: <https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.validation.budgets import guards
from bayplan.validation.fields import mapping_at, mappings_at, text_at, words_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: chat, namespace: chat}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: chat}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  replicas: 1
  strategy: {type: Recreate}
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("replicas: 1", "replicas: 2")

SINGLE = ("ReadWriteOnce", "ReadWriteOncePod")


@rule(
    "DRN005",
    severity=Severity.RISK,
    rows=("P3",),
    kinds=("Deployment.apps", "StatefulSet.apps"),
    confidence=Confidence.LOW,
    fix="run two pods, or take the outage and leave the budget out",
)
def single_pod_stops_for_a_drain(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look for what keeps a second pod away, where there is one pod and a budget lets it go."""
    if world.scaling.fewest(workload) != 1 or world.scaling.most(workload) != 1:
        return
    for pod in world.pods.made_by(workload):
        budget = next((one for one in guards(world).get(id(pod), ()) if lets_one_go(one)), None)
        reason = alone(workload, pod, world) if budget is not None else ""
        if budget is not None and reason:
            yield Hit("/spec", f"runs one pod and {reason}: {budget.ref} does not keep it up during a drain")


def lets_one_go(budget: Manifest) -> bool:
    """Whether a budget lets a single pod go; one that does not blocks every drain, which DRN001 says."""
    spec = mapping_at(budget.body, "spec")
    if "maxUnavailable" in spec:
        return spec["maxUnavailable"] not in (0, "0%")
    return spec.get("minAvailable") in (0, "0%")


def alone(workload: Manifest, pod: Pod, world: World) -> str:
    """Why there cannot be a second pod for a moment, in words; "" if there can."""
    if text_at(workload.body, "spec", "strategy", "type") == "Recreate":
        return "stops the old one first (Recreate)"
    for _, template in mappings_at(workload.body, "spec", "volumeClaimTemplates"):
        if set(words_at(template, "spec", "accessModes")) & {*SINGLE}:
            return "keeps its data on a volume for one node"
    for _, volume in mappings_at(pod.spec, "volumes"):
        name = text_at(volume, "persistentVolumeClaim", "claimName")
        for claim in world.inventory.by_ref.get(Ref("", "PersistentVolumeClaim", pod.namespace, name), ()):
            if set(words_at(claim.body, "spec", "accessModes")) <= {*SINGLE}:
                return f"mounts PersistentVolumeClaim {name}, which is for one node"
    return ""
