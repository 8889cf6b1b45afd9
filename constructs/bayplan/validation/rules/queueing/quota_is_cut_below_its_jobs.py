"""The quota of a queue is cut below what its jobs ask for.

Kueue stops nobody when a quota shrinks: jobs that run keep what they have, and the queue admits none until so much has
ended that it is within its quota again. Jobs that could run beside each other then wait for each other. Cut it after
they have ended, or leave as much as they ask for together.

Source: <https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/#resources>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.amounts import Amounts, plus, requests_of
from bayplan.validation.changes import changed
from bayplan.validation.consumption import show
from bayplan.validation.finding import Severity, Status
from bayplan.validation.queues import CLUSTER_QUEUE, QUEUED_KINDS, borrows, cluster_queue_of, quotas_in
from bayplan.validation.rule import Hit, rule
from bayplan.validation.rules.queueing.queue_has_no_room_for_the_job import together

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BASE = """
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
    - coveredResources: [cpu]
      flavors: [{name: l4, resources: [{name: cpu, nominalQuota: "8"}]}]
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: ResourceFlavor
metadata: {name: l4}
spec: {nodeLabels: {example.com/accelerator: l4}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: one, namespace: train, labels: {kueue.x-k8s.io/queue-name: train}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: tune, image: "registry.example.com/tune@sha256:0", resources: {requests: {cpu: 4}}}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: two, namespace: train, labels: {kueue.x-k8s.io/queue-name: train}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: tune, image: "registry.example.com/tune@sha256:0", resources: {requests: {cpu: 4}}}]
"""
BAD = BASE.replace('nominalQuota: "8"', 'nominalQuota: "6"')
GOOD = BASE.replace('nominalQuota: "8"', 'nominalQuota: "9"')


@rule(
    "QUE011",
    severity=Severity.RISK,
    rows=("G5",),
    kinds=(CLUSTER_QUEUE,),
    needs_base=True,
    fix="cut it after they have ended, or leave as much as they ask for together",
)
def quota_is_cut_below_its_jobs(queue: Manifest, world: World) -> Iterator[Hit]:
    """Compare what all flavors of a queue have together, before and now, with what its jobs ask for together."""
    for before, doubt in changed(queue, world):
        had, has = whole(before), whole(queue)
        cut = [name for name, amount in sorted(has.items()) if amount < had.get(name, 0)]
        if not cut or borrows(queue):
            continue
        asked = asked_together(queue, world)
        for name in cut:
            if has[name] < asked.get(name, 0) <= had[name]:
                told = (
                    f"has {show(name, has[name])} of {name} in place of {show(name, had[name])}; its jobs ask for "
                    f"{show(name, asked[name])} together"
                )
                said = f"{told}, but {doubt}" if doubt else told
                yield Hit("/spec/resourceGroups", said, Status.UNKNOWN if doubt else Status.BROKEN)


def whole(queue: Manifest) -> Amounts:
    """What all flavors of a queue have together, in thousandths."""
    found: Amounts = {}
    for one in quotas_in(queue):
        if (amount := one.amounts.get("nominalQuota")) is not None:
            found = plus(found, {one.resource: amount})
    return found


def asked_together(queue: Manifest, world: World) -> Amounts:
    """What all jobs that wait in a queue ask for together."""
    asked: Amounts = {}
    for kind in QUEUED_KINDS:
        for workload in world.by_kind.get(kind, ()):
            if cluster_queue_of(workload, world) is queue:
                for pod in world.pods.made_by(workload):
                    size = together(pod)
                    asked = plus(asked, {name: amount * size for name, amount in requests_of(pod).items()})
    return asked
