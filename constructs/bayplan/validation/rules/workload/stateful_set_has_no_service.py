"""The Service that a StatefulSet names does not exist.

Its pods run, and none of them can be found under its own name (`web-0.web`): members of a database or of a training job
never meet. Commit a Service of that name with `clusterIP: None` that selects the pods, or leave `serviceName` out where
nobody asks for a certain pod.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import text_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store, namespace: chat}
spec:
  serviceName: stores
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec: {containers: [{name: store, image: "registry.example.com/store@sha256:0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: store, namespace: chat}
spec:
  clusterIP: None
  selector: {app: store}
  ports: [{name: tcp, port: 5432}]
"""
GOOD = BAD.replace("stores", "store")
STATEFUL_SETS = ("StatefulSet.apps", "StatefulSet.apps.kruise.io")


@rule(
    "WRK014",
    severity=Severity.DOWN,
    rows=("W9",),
    kinds=STATEFUL_SETS,
    confidence=Confidence.MEDIUM,
    fix="commit a Service of that name with `clusterIP: None`",
)
def stateful_set_has_no_service(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look the Service up in the namespace of the StatefulSet."""
    name = text_at(workload.body, "spec", "serviceName")
    lack = world.lack("Service", workload.ref.namespace, name) if name else None
    if lack is not None:
        message = f"names Service {name}, which is not in its namespace: no pod can be found by its name"
        yield Hit("/spec/serviceName", message + lack.doubt, lack.status)
