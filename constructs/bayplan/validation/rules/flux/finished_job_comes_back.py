"""A finished job is deleted, and Flux makes it again.

`ttlSecondsAfterFinished` lets Kubernetes delete the job after it has ended. At the next sync Flux misses what is in Git
and applies it anew: the job runs once in every interval, for ever. Leave the field out and give the job a name with the
hash of what it does, or use a CronJob if it is to run again.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.changes import says
from bayplan.validation.fields import whole_at
from bayplan.validation.finding import Confidence, Severity
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
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps
  prune: true
  dependsOn: [{name: platform}]
  sourceRef: {kind: GitRepository, name: flux-system}
# file: platform/namespaces.yaml
apiVersion: v1
kind: Namespace
metadata: {name: web}
# file: apps/migration.yaml
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: web}
spec:
  ttlSecondsAfterFinished: 600
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: registry.example.com/web@sha256:0
""".lstrip()
GOOD = BAD.replace("  ttlSecondsAfterFinished: 600\n", "")


@rule(
    "FLX019",
    severity=Severity.RISK,
    confidence=Confidence.LOW,
    rows=("F9",),
    kinds=("Job.batch",),
    fix="leave ttlSecondsAfterFinished out, or make it a CronJob",
)
def finished_job_comes_back(job: Manifest, world: World) -> Iterator[Hit]:
    """Report jobs that Flux applies and Kubernetes deletes."""
    seconds = whole_at(job.body, "spec", "ttlSecondsAfterFinished")
    if seconds is not None and world.orders.owners(job) and not says(job, "reconcile", "disabled"):
        own = world.orders.owners(job)[0].ref
        yield Hit("/spec/ttlSecondsAfterFinished", f"deletes it {seconds} s after its end, and {own} makes it again")
