"""A workload asks for a priority that does not exist.

The API server refuses its pods: a Deployment stands there with no pod at all, and only its events say why. Priorities
belong to no namespace; those of the system (`system-cluster-critical`, `system-node-critical`) are always there. Commit
the PriorityClass, or name one that the cluster has.

Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#pod-priority>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cluster_wide import lack_in_cluster
from bayplan.validation.fields import text_at
from bayplan.validation.finding import Severity
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  priorityClassName: hihg
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000
"""
GOOD = BAD.replace("hihg", "high")
BUILT_IN = frozenset({"system-cluster-critical", "system-node-critical"})


@rule(
    "REF005",
    severity=Severity.DOWN,
    rows=("W7",),
    kinds=POD_KINDS,
    fix="commit the PriorityClass, or name one that the cluster has",
)
def priority_class_is_missing(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look up the priority of every pod."""
    for pod in world.pods.made_by(workload):
        name = text_at(pod.spec, "priorityClassName")
        if name and name not in BUILT_IN:
            lack = lack_in_cluster(world, "PriorityClass.scheduling.k8s.io", name)
            if lack is not None:
                message = f"asks for priority {name}, which is no PriorityClass of the cluster{lack.doubt}"
                yield Hit(f"{pod.pointer}/priorityClassName", message, lack.status)
