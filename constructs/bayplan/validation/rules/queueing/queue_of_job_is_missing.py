"""A job waits in a queue that does not exist.

Kueue suspends it and keeps it so: no pod is ever made, and the job looks like one that waits for its turn. A LocalQueue
is looked for in the namespace of the job. Correct the label, or make the LocalQueue there.

Source: <https://kueue.sigs.k8s.io/docs/concepts/local_queue/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.queues import LOCAL_QUEUE, QUEUE_LABEL, QUEUED_KINDS, chosen
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
metadata: {name: tune, namespace: train, labels: {kueue.x-k8s.io/queue-name: research}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: tune
          image: registry.example.com/tune@sha256:0
          resources: {requests: {cpu: "4"}, limits: {nvidia.com/gpu: 1}}
"""
GOOD = BAD.replace("queue-name: research", "queue-name: train")


@rule(
    "QUE001",
    severity=Severity.DOWN,
    rows=("G5",),
    kinds=QUEUED_KINDS,
    fix="name a LocalQueue of the job's namespace",
)
def queue_of_job_is_missing(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look the queue up in the workload's own namespace."""
    choice = chosen(workload, QUEUE_LABEL)
    lack = world.lack(LOCAL_QUEUE, workload.ref.namespace, choice.name) if choice else None
    if choice and lack is not None:
        there = sorted(one.ref.namespace for one in world.by_name.get((LOCAL_QUEUE, choice.name), ()))
        near = f"; there is one in {', '.join(there)}" if there else ""
        told = f"waits in LocalQueue {choice.name}, which its namespace does not have{near}"
        yield Hit(choice.pointer, told + lack.doubt, lack.status)
