"""A ScaledObject watches only CPU and memory, and may go down to no replica.

Without a pod there is no load to measure: nothing could ever start the first one again. KEDA never goes to zero on such
triggers, and its webhook refuses the ScaledObject, though not in a dry run, so that the sync fails late.
`minReplicaCount` is 0 where nobody says otherwise: set it to 1, or add a trigger that lives outside of the pods.

Source: <https://keda.sh/docs/latest/scalers/cpu/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import whole_at
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of_ref
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import SCALED_OBJECT, autoscaler_of
from bayplan.validation.triggers import scales_on_resources_alone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: chat, namespace: chat}
spec:
  scaleTargetRef: {name: chat}
  minReplicaCount: 0
  maxReplicaCount: 6
  triggers: [{type: cpu, metricType: Utilization, metadata: {value: "70"}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers:
        - name: chat
          image: registry.example.com/chat@sha256:0
          resources: {requests: {cpu: 100m}}
"""
GOOD = BAD.replace("minReplicaCount: 0", "minReplicaCount: 1")


@rule(
    "SCL011",
    severity=Severity.SYNC,
    rows=("H8",),
    kinds=(SCALED_OBJECT,),
    fix="set minReplicaCount to 1 or more, or add a trigger that lives outside of the pods",
)
def resource_trigger_never_reaches_zero(scaled: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001
    """Ask as KEDA's webhook does, which knows Deployments and StatefulSets alone."""
    least = whole_at(scaled.body, "spec", "minReplicaCount")
    if least or kind_of_ref(autoscaler_of(scaled).target) not in ("Deployment.apps", "StatefulSet.apps"):
        return
    if scales_on_resources_alone(scaled):
        said = "minReplicaCount is 0" if least == 0 else "no minReplicaCount is said, which means 0,"
        where = "/spec/minReplicaCount" if least == 0 else "/spec"
        yield Hit(where, f"{said} and all triggers measure the pods themselves: without pods nothing starts the first")
