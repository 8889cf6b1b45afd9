"""Two autoscalers scale one workload.

Two HorizontalPodAutoscalers on one target stand still both: Kubernetes takes neither, because it cannot tell whose
numbers count (`AmbiguousSelector`). KEDA's webhook refuses a ScaledObject whose target is scaled already, by another
ScaledObject or by a HorizontalPodAutoscaler, and the sync fails. Put all metrics into one autoscaler, or let the
ScaledObject take the other over (`scaledobject.keda.sh/transfer-hpa-ownership`).

Source: <https://keda.sh/docs/latest/concepts/admission-webhooks/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.pairs import meeting
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import AUTOSCALER_KINDS, HPA, autoscaler_of, takes_over

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
  minReplicaCount: 1
  maxReplicaCount: 6
  triggers: [{type: cron, metadata: {timezone: Etc/UTC, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "2"}}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: chat, namespace: chat}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: chat}
  minReplicas: 1
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
GOOD = BAD.replace("kind: Deployment, name: chat}", "kind: StatefulSet, name: model}").replace(
    "kind: Deployment\n",
    """kind: StatefulSet
metadata: {name: model, namespace: chat}
spec:
  serviceName: model
  selector: {matchLabels: {app: model}}
  template:
    metadata: {labels: {app: model}}
    spec:
      containers:
        - name: model
          image: registry.example.com/model@sha256:0
          resources: {requests: {cpu: 100m}}
---
apiVersion: v1
kind: Service
metadata: {name: model, namespace: chat}
spec: {clusterIP: None, selector: {app: model}, ports: [{name: grpc, port: 9000}]}
---
apiVersion: apps/v1
kind: Deployment
""",
)


@rule(
    "SCL003",
    severity=Severity.SYNC,
    rows=("H4",),
    kinds=AUTOSCALER_KINDS,
    fix="keep one of the two, with all metrics in it",
)
def two_autoscalers_scale_one_target(autoscaler: Manifest, world: World) -> Iterator[Hit]:
    """Report a ScaledObject that meets anything else, and every HorizontalPodAutoscaler but the first."""
    target = autoscaler_of(autoscaler).target
    if not target.name or is_variable(target.name):
        return
    others = [one.manifest for one in world.scaling.of(target)]
    if kind_of(autoscaler) == HPA:
        others = [one for one in others[: others.index(autoscaler)] if kind_of(one) == HPA]
    else:
        place = others.index(autoscaler)
        others = [one for index, one in enumerate(others) if index < place or kind_of(one) == HPA]
    for other in others:
        if kind_of(autoscaler) != HPA and kind_of(other) == HPA and takes_over(autoscaler, other):
            continue
        sure = meeting(autoscaler, other, world)
        if sure is not None:
            yield Hit("/spec/scaleTargetRef", f"scales {target}, as {other.ref} does{sure.doubt}", sure.status)
            return
