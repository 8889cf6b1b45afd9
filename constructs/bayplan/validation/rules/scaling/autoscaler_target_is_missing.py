"""An autoscaler scales something that does not exist.

Nothing is scaled: the number of replicas stays what it is while the load grows. Flux takes the autoscaler for healthy;
only its own condition (AbleToScale, FailedGetScale) says why. The target is looked up by API group, kind and name in
the autoscaler's own namespace: a Deployment is found in the group `apps` alone (a HorizontalPodAutoscaler that names no
group is refused by the API server), and never in another namespace. Correct `scaleTargetRef`, or move the autoscaler to
its target.

Source: <https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.charts import is_of_a_chart
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of_ref
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import AUTOSCALER_KINDS, autoscaler_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.validation.world import World

BAD = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: chat, namespace: chat}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: chatt}
  minReplicas: 2
  maxReplicas: 6
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
GOOD = BAD.replace("chatt", "chat")


@rule(
    "SCL001",
    severity=Severity.LOSS,
    rows=("H1",),
    kinds=AUTOSCALER_KINDS,
    fix="name an object of the same namespace by its group, kind and name",
)
def autoscaler_target_is_missing(autoscaler: Manifest, world: World) -> Iterator[Hit]:
    """Look the target up as the autoscaler will."""
    target = autoscaler_of(autoscaler).target
    if not target.name or not target.kind or is_variable(target.kind + target.name):
        return  # the schema says so, or it is completed later
    lack = world.lack(kind_of_ref(target), target.namespace, target.name)
    if lack is not None and not is_of_a_chart(world, target.namespace, (target.name,)):
        group = f" of {target.group}" if target.group else " of the core API (no group in apiVersion)"
        told = f"scales {target}{group}, which does not exist{near(target, world)}"
        yield Hit("/spec/scaleTargetRef", told + lack.doubt, lack.status)


def near(target: Ref, world: World) -> str:
    """Objects of the same name that were perhaps meant."""
    meant = {
        f"{one.ref} ({one.body.get('apiVersion')})"
        for (kind, name), same in world.by_name.items()
        if name == target.name and (kind.startswith(f"{target.kind}.") or kind.partition(".")[0] in SCALABLE)
        for one in same
    }
    return f"; there is {', '.join(sorted(meant))}" if meant else ""


SCALABLE = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "Rollout"})
