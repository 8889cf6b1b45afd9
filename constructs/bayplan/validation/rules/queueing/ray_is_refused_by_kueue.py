"""Kueue refuses a Ray job, cluster or service that names a queue.

Its webhook turns the object down, and Flux applies nothing of its Kustomization. What a queue lets in holds what it has
asked for until its end: the cluster of a job has to go when the job is done, its size does not change by itself, and it
is made for the job. Say `shutdownAfterJobFinishes: true`, and leave autoscalers to clusters without a queue.

Source: <https://kueue.sigs.k8s.io/docs/tasks/run/rayjobs/>,
<https://github.com/kubernetes-sigs/kueue/tree/v0.19.2/pkg/controller/jobs/rayjob>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import annotation, mapping_at, mappings_at, text_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.queues import QUEUE_LABEL, chosen
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: ray.io/v1
kind: RayJob
metadata: {name: tune, namespace: train, labels: {kueue.x-k8s.io/queue-name: research}}
spec:
  entrypoint: python tune.py
  rayClusterSpec:
    headGroupSpec:
      rayStartParams: {}
      template: {spec: {containers: [{name: ray-head, image: "registry.example.com/tune@sha256:0"}]}}
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
"""
GOOD = BAD.replace("tune.py", "tune.py\n  shutdownAfterJobFinishes: true")
MOST_GROUPS = 17
"""MaxPodSets of Kueue, less the head."""
ELASTIC = "kueue.x-k8s.io/elastic-job"
CLUSTERS = {"RayCluster": (), "RayJob": ("rayClusterSpec",), "RayService": ("rayClusterConfig",)}


@rule(
    "QUE015",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=("RayCluster.ray.io", "RayJob.ray.io", "RayService.ray.io"),
    fix="give it a size that stays and an end, or take it out of the queue",
)
def ray_is_refused_by_kueue(manifest: Manifest, _: World) -> Iterator[Hit]:
    """Judge what the kind says of its end, then the cluster."""
    if chosen(manifest, QUEUE_LABEL) is None:
        return
    kind, spec = manifest.ref.kind, mapping_at(manifest.body, "spec")
    path = CLUSTERS[kind]
    if kind == "RayJob":
        if mapping_at(spec, "clusterSelector"):
            # alone it is none of Kueue's jobs
            if mapping_at(spec, *path):
                yield Hit("/spec/clusterSelector", "a job that waits in a queue has a cluster of its own")
            return
        if spec.get("shutdownAfterJobFinishes") is not True:
            place = "/spec/shutdownAfterJobFinishes" if "shutdownAfterJobFinishes" in spec else "/spec"
            yield Hit(place, "its cluster stays when it is done, and with it all that the queue gave: say true")
    yield from _cluster(manifest, mapping_at(spec, *path), "/".join(("/spec", *path)))


def _cluster(manifest: Manifest, cluster: dict[str, Any], at: str) -> Iterator[Hit]:
    groups = mappings_at(cluster, "workerGroupSpecs")
    if cluster.get("enableInTreeAutoscaling") is True:
        elastic = annotation(manifest.body, ELASTIC) == "true"
        why = "takes Kueue's gate ElasticJobsViaWorkloadSlices" if elastic else "what a queue lets in keeps its size"
        yield Hit(f"{at}/enableInTreeAutoscaling", why, Status.UNKNOWN if elastic else Status.BROKEN)
    if len(groups) > MOST_GROUPS:
        yield Hit(f"{at}/workerGroupSpecs", f"{len(groups)} groups, of which Kueue counts {MOST_GROUPS}")
    for number, group in groups:
        if text_at(group, "groupName") == "head":
            yield Hit(f"{at}/workerGroupSpecs/{number}/groupName", "Kueue calls the head so")
