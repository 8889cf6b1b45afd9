"""A job asks for something that its queue can never give.

Kueue admits a job only when its ClusterQueue covers every resource that the pods ask for, each kind of pods from one
flavor: a resource that the queue does not name, or more than any flavor has, with what the queue may borrow from its
cohort, keeps the job suspended for ever. Cover the resource, raise the quota, or ask for less.

Source: <https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/#resources>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.amounts import requests_of
from bayplan.validation.cohorts import most_of
from bayplan.validation.consumption import show
from bayplan.validation.fields import annotation
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.queues import QUEUED_KINDS, borrows, cluster_queue_of, quotas_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
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
metadata: {name: tune, namespace: train, labels: {kueue.x-k8s.io/queue-name: train}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: tune
          image: registry.example.com/tune@sha256:0
          resources: {requests: {memory: 8Gi}, limits: {nvidia.com/gpu: 1}}
"""
GOOD = BAD.replace("memory: 8Gi", 'cpu: "4"')

ALWAYS_COUNTED = frozenset({"amd.com/gpu", "cpu", "google.com/tpu", "memory", "nvidia.com/gpu"})
"""Resources that nobody tells Kueue to leave out or to count as something else."""
ONE_BY_ONE = ("Deployment.apps", "Pod", "ReplicaSet.apps")
LESS_IS_FINE = "kueue.x-k8s.io/job-min-parallelism"


@rule(
    "QUE003",
    severity=Severity.DOWN,
    rows=("G5",),
    kinds=QUEUED_KINDS,
    fix="cover the resource in the ClusterQueue, raise its quota, or ask for less",
)
def queue_has_no_room_for_the_job(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare what each kind of pods asks for with the flavors of the queue."""
    queue = cluster_queue_of(workload, world)
    if queue is None:
        return
    quotas, most, less_will_do = quotas_of(queue), most_of(queue, world), annotation(workload.body, LESS_IS_FINE)
    for pod in world.pods.made_by(workload):
        for name, asked in sorted(requests_of(pod).items()):
            if asked and name not in quotas:
                told = f"asks for {name}, which {queue.ref} does not cover"
                if name in ALWAYS_COUNTED:
                    yield Hit(pod.pointer, told)
                else:
                    yield Hit(pod.pointer, f"{told}, but Kueue may be told to leave it out", Status.UNKNOWN)
            elif not less_will_do and name in most and asked * together(pod) > most[name].amount:
                needed, has = show(name, asked * together(pod)), show(name, most[name].amount)
                borrowed = f", {show(name, quotas[name])} its own and the rest borrowed" if borrows(queue) else ""
                told = f"asks for {needed} of {name}; no flavor of {queue.ref} has more than {has}{borrowed}"
                limit = most[name].limit
                if limit is not None and asked * together(pod) > limit:
                    yield Hit(pod.pointer, told)
                else:
                    elsewhere = "unless its cohort has queues that are not in this tree"
                    yield Hit(pod.pointer, f"{told}, {elsewhere}", Status.UNKNOWN)


def together(pod: Pod) -> int:
    """How many such pods must be admitted at once: those of a Deployment come in one by one."""
    return 1 if kind_of(pod.owner) in ONE_BY_ONE else pod.count.least or 1
