"""A job is of a priority class of Kueue that does not exist.

Kueue cannot make the Workload of the job: it stays suspended, and never so much as enters its queue. The class is a
WorkloadPriorityClass, which is not the PriorityClass of pods. Correct the label, or add the class.

Source: <https://kueue.sigs.k8s.io/docs/concepts/workload_priority_class/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cluster_wide import lack_in_cluster
from bayplan.validation.finding import Severity
from bayplan.validation.queues import GROUP, PRIORITY_LABEL, QUEUED_KINDS, chosen
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: kueue.x-k8s.io/v1beta2
kind: LocalQueue
metadata: {name: train, namespace: train}
spec: {clusterQueue: research}
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: ClusterQueue
metadata: {name: research}
spec:
  namespaceSelector: {}
  resourceGroups:
    - coveredResources: [cpu, nvidia.com/gpu]
      flavors:
        - {name: l4, resources: [{name: cpu, nominalQuota: "64"}, {name: nvidia.com/gpu, nominalQuota: "8"}]}
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: ResourceFlavor
metadata: {name: l4}
spec: {nodeLabels: {example.com/accelerator: l4}}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: tune
  namespace: train
  labels: {kueue.x-k8s.io/queue-name: train, kueue.x-k8s.io/priority-class: hihg}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: tune
          image: registry.example.com/tune@sha256:0
          resources: {requests: {cpu: "4"}, limits: {nvidia.com/gpu: 1}}
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: WorkloadPriorityClass
metadata: {name: high}
value: 1000
"""
GOOD = BAD.replace("hihg", "high")


@rule(
    "QUE008",
    severity=Severity.DOWN,
    rows=("G5",),
    kinds=QUEUED_KINDS,
    fix="name a WorkloadPriorityClass that exists",
)
def workload_priority_is_missing(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look up the class that the workload names."""
    choice = chosen(workload, PRIORITY_LABEL)
    lack = lack_in_cluster(world, f"WorkloadPriorityClass.{GROUP}", choice.name) if choice else None
    if choice and lack is not None:
        told = f"is of WorkloadPriorityClass {choice.name}, which does not exist"
        yield Hit(choice.pointer, told + lack.doubt, lack.status)
