"""Flux suspends a job that a queue starts.

Kueue suspends and resumes jobs by itself: one that carries a queue name need not be written as suspended. Written into
Git, `suspend: true` is what Flux puts back at every sync: the job that Kueue has just admitted is stopped and its pods
are deleted, again and again. Leave the field out.

Source: <https://kueue.sigs.k8s.io/docs/tasks/run/jobs/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import text_at, value_at
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
# file: flux/syncs.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: platform, namespace: flux-system}
spec:
  interval: 10m
  path: ./platform
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: jobs, namespace: flux-system}
spec:
  interval: 10m
  path: ./jobs
  prune: true
  dependsOn: [{name: platform}]
  sourceRef: {kind: GitRepository, name: flux-system}
# file: platform/queues.yaml
apiVersion: v1
kind: Namespace
metadata: {name: train}
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
      flavors: [{name: general, resources: [{name: cpu, nominalQuota: "8"}]}]
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: ResourceFlavor
metadata: {name: general}
spec: {}
# file: jobs/train.yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: train
  namespace: train
  labels: {kueue.x-k8s.io/queue-name: research}
spec:
  suspend: true
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: train
          image: registry.example.com/train@sha256:0
          resources: {requests: {cpu: "1"}}
""".lstrip()
GOOD = BAD.replace("  suspend: true\n", "")

QUEUE = "kueue.x-k8s.io/queue-name"
PLACES = {
    "AppWrapper.workload.codeflare.dev": ("spec", "suspend"),
    "Job.batch": ("spec", "suspend"),
    "JobSet.jobset.x-k8s.io": ("spec", "suspend"),
    "MPIJob.kubeflow.org": ("spec", "runPolicy", "suspend"),
    "PyTorchJob.kubeflow.org": ("spec", "runPolicy", "suspend"),
    "RayCluster.ray.io": ("spec", "suspend"),
    "RayJob.ray.io": ("spec", "suspend"),
    "TFJob.kubeflow.org": ("spec", "runPolicy", "suspend"),
    "TrainJob.trainer.kubeflow.org": ("spec", "suspend"),
    "XGBoostJob.kubeflow.org": ("spec", "runPolicy", "suspend"),
}


@rule(
    "FLX018",
    severity=Severity.DOWN,
    confidence=Confidence.MEDIUM,
    rows=("G5",),
    kinds=tuple(PLACES),
    fix="leave suspend out",
)
def queued_job_is_suspended(job: Manifest, world: World) -> Iterator[Hit]:
    """Report a suspension that is written beside a queue's name."""
    path = PLACES[f"{job.ref.kind}.{job.ref.group}"]
    queue = text_at(job.body, "metadata", "labels", QUEUE)
    if queue and value_at(job.body, *path) is True:
        told = f"is put back at every sync, which stops the job that queue {queue} has started"
        if world.orders.owners(job):
            yield Hit(pointer(*path), told)
        else:
            yield Hit(pointer(*path), f"{told}, but nothing in this tree says that Flux applies it", Status.UNKNOWN)
