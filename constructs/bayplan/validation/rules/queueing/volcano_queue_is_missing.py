"""A job names a Volcano queue that does not exist.

Volcano's webhook refuses the job, or its scheduler never looks at the pods: nothing runs, and nothing says so but the
PodGroup. `default` is always there. Correct the name, or add the Queue.

Source: <https://volcano.sh/en/docs/queue/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.cluster_wide import lack_in_cluster
from bayplan.validation.fields import annotation, is_variable, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: batch.volcano.sh/v1alpha1
kind: Job
metadata: {name: tune, namespace: train}
spec:
  minAvailable: 1
  schedulerName: volcano
  queue: reserch
  tasks:
    - name: node
      replicas: 1
      template: {spec: {restartPolicy: Never, containers: [{name: node, image: "registry.example.com/tune@sha256:0"}]}}
---
apiVersion: scheduling.volcano.sh/v1beta1
kind: Queue
metadata: {name: research}
spec: {weight: 1}
"""
GOOD = BAD.replace("reserch", "research")

QUEUE = "Queue.scheduling.volcano.sh"
PATHS = {
    "CronJob.batch.volcano.sh": ("spec", "jobTemplate", "spec", "queue"),
    "Job.batch.volcano.sh": ("spec", "queue"),
    "PodGroup.scheduling.volcano.sh": ("spec", "queue"),
    "SparkApplication.sparkoperator.k8s.io": ("spec", "batchSchedulerOptions", "queue"),
}
"""Kinds that name a queue, and where."""
ANNOTATION = "scheduling.volcano.sh/queue-name"
MADE = ("default", "root")
"""Queues that Volcano makes itself."""


@rule("QUE007", severity=Severity.DOWN, rows=("G5",), kinds=tuple(PATHS), fix="name a Queue that exists")
def volcano_queue_is_missing(job: Manifest, world: World) -> Iterator[Hit]:
    """Look up the queue; of a SparkApplication only where Volcano schedules it."""
    path = PATHS[f"{job.ref.kind}.{job.ref.group}"]
    scheduler = text_at(job.body, "spec", "batchScheduler")
    if job.ref.kind == "SparkApplication" and scheduler != "volcano":
        return
    named = text_at(job.body, *path)
    name = named or annotation(job.body, ANNOTATION)
    lack = lack_in_cluster(world, QUEUE, name) if name and name not in MADE and not is_variable(name) else None
    if lack is not None:
        where = pointer(*path) if named else pointer("metadata", "annotations", ANNOTATION)
        yield Hit(where, f"waits in Volcano's Queue {name}, which does not exist{lack.doubt}", lack.status)
