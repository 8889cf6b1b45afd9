"""A job wants its pods near each other, at a level that no flavor of its queue knows.

Kueue places pods together by the levels of the Topology that a flavor names: a job with
`kueue.x-k8s.io/podset-required-topology`, or `-preferred-topology`, is admitted only on flavors whose topology has that
level. Where no flavor of its queue has it, the job waits for ever. Name a level that is there, or add it to a flavor.

Source: <https://kueue.sigs.k8s.io/docs/concepts/topology_aware_scheduling/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable, mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.queues import GROUP, QUEUED_KINDS, RESOURCE_FLAVOR, cluster_queue_of, flavors_of, found
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: batch/v1
kind: Job
metadata: {name: tune, namespace: train, labels: {kueue.x-k8s.io/queue-name: research}}
spec:
  template:
    metadata: {annotations: {kueue.x-k8s.io/podset-required-topology: example.com/rack}}
    spec:
      restartPolicy: Never
      containers:
        - name: tune
          image: registry.example.com/tune@sha256:1f6bd9b7a6b0a0e9a4a3b5d7d6a1a3f0d9c8b7a6958473625140f0e1d2c3b4a5
          resources: {requests: {cpu: "1"}}
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: LocalQueue
metadata: {name: research, namespace: train}
spec: {clusterQueue: research}
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: ClusterQueue
metadata: {name: research}
spec:
  namespaceSelector: {}
  resourceGroups:
    - coveredResources: [cpu]
      flavors: [{name: l4, resources: [{name: cpu, nominalQuota: "64"}]}]
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: ResourceFlavor
metadata: {name: l4}
spec: {nodeLabels: {example.com/accelerator: l4}, topologyName: zones}
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: Topology
metadata: {name: zones}
spec: {levels: [{nodeLabel: topology.kubernetes.io/zone}, {nodeLabel: kubernetes.io/hostname}]}
"""
GOOD = BAD.replace(
    "podset-required-topology: example.com/rack", "podset-required-topology: topology.kubernetes.io/zone"
)
TOPOLOGY = f"Topology.{GROUP}"
WORDS = tuple(f"{GROUP}/podset-{word}-topology" for word in ("required", "preferred"))


@rule(
    "QUE014",
    severity=Severity.DOWN,
    rows=("G5",),
    kinds=QUEUED_KINDS,
    fix="name a level of a topology that a flavor of its queue has",
)
def level_is_of_no_flavor(job: Manifest, world: World) -> Iterator[Hit]:
    """Compare the level that pods ask for with those of all flavors of the queue, where all of them are known."""
    queue = cluster_queue_of(job, world)
    levels = levels_of(queue, world) if queue else None
    if queue is None or levels is None:
        return
    for pod in world.pods.made_by(job):
        for word in WORDS:
            level = str(pod.annotations.get(word) or "")
            if level and level not in levels and not is_variable(level):
                known = ", ".join(sorted(levels)) or "none"
                where = pod.pointer.removesuffix("/spec") + pointer("metadata", "annotations", word)
                yield Hit(where, f"asks for {level}; the flavors of queue {queue.ref.name} know {known}")


def levels_of(queue: Manifest, world: World) -> set[str] | None:
    """Labels of all topologies of a queue's flavors; None where one of them is not known."""
    levels: set[str] = set()
    for link in flavors_of(queue.body):
        flavor = found(world, RESOURCE_FLAVOR, "", link.name)
        if flavor is None:
            return None
        name = text_at(flavor.body, "spec", "topologyName")
        topology = found(world, TOPOLOGY, "", name) if name else None
        if name and topology is None:
            return None
        if topology:
            levels |= {text_at(level, "nodeLabel") for _, level in mappings_at(topology.body, "spec", "levels")}
    return levels
