"""An autoscaler scales something that has no number of replicas.

A DaemonSet runs on every node and a Job runs to its end: neither has the scale subresource by which an autoscaler asks
for replicas and sets them. The API server takes the autoscaler, and nothing is ever scaled. Scale a Deployment or
StatefulSet, use a ScaledJob for jobs, or add `subresources.scale` to the CRD of the kind.

Source: <https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at, value_at
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of_ref
from bayplan.validation.once import once
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import AUTOSCALER_KINDS, autoscaler_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: log, namespace: chat}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: DaemonSet, name: log}
  minReplicas: 2
  maxReplicas: 6
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: log, namespace: chat}
spec:
  selector: {matchLabels: {app: log}}
  template:
    metadata: {labels: {app: log}}
    spec:
      containers:
        - name: log
          image: registry.example.com/log@sha256:0
          resources: {requests: {cpu: 100m}}
"""
GOOD = BAD.replace("DaemonSet", "Deployment")

WITHOUT_SCALE = frozenset(
    {"ConfigMap", "CronJob.batch", "DaemonSet.apps", "Job.batch", "Pod", "PodTemplate", "Secret", "Service"}
)


@rule(
    "SCL014",
    severity=Severity.LOSS,
    rows=("H1", "H5"),
    kinds=AUTOSCALER_KINDS,
    fix="scale a kind that has replicas: a Deployment, a StatefulSet, or a custom kind with the scale subresource",
)
def target_cannot_be_scaled(autoscaler: Manifest, world: World) -> Iterator[Hit]:
    """Look at the kind of the target, and at its CRD where the tree has it."""
    target = autoscaler_of(autoscaler).target
    kind = kind_of_ref(target)
    if target.name and (kind in WITHOUT_SCALE or kind in unscaled_kinds(world)):
        yield Hit("/spec/scaleTargetRef", f"scales {target}, but a {target.kind} has no replicas to be set")


@once
def unscaled_kinds(world: World) -> frozenset[str]:
    """Custom kinds whose CRD is in the tree and gives no version the scale subresource."""
    found = set()
    for crd in world.by_kind.get("CustomResourceDefinition.apiextensions.k8s.io", ()):
        versions = [version for _, version in mappings_at(crd.body, "spec", "versions")]
        if versions and all(value_at(version, "subresources", "scale") is None for version in versions):
            found.add(f"{text_at(crd.body, 'spec', 'names', 'kind')}.{text_at(crd.body, 'spec', 'group')}")
    return frozenset(found)
