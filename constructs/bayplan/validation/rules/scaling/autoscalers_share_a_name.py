"""Two autoscalers use one HorizontalPodAutoscaler.

KEDA makes a HorizontalPodAutoscaler for every ScaledObject: `keda-hpa-<name>`, or the name that its
`horizontalPodAutoscalerConfig` says. Where that name is taken, KEDA's webhook refuses the ScaledObject; where it is
that of a HorizontalPodAutoscaler in a file, KEDA and Flux overwrite each other for ever. Give one of them another name.

Source: <https://keda.sh/docs/latest/reference/scaledobject-spec/#horizontalpodautoscalerconfig>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.pairs import meeting
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import HPA, SCALED_OBJECT, autoscaler_name, autoscaler_of, takes_over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

DEPLOYMENT = """---
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: chat}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec: {containers: [{name: NAME, image: "registry.example.com/chat@sha256:0"}]}
"""
SCALED = """---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: NAME, namespace: chat}
spec:
  scaleTargetRef: {name: NAME}
  advanced: {horizontalPodAutoscalerConfig: {name: chat}}
  triggers: [{type: cron, metadata: {timezone: Etc/UTC, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "2"}}]
"""
BAD = "".join(part.replace("NAME", name) for name in ("web", "model") for part in (DEPLOYMENT, SCALED))
GOOD = BAD.replace("{name: chat}", "{name: web}", 1)


@rule(
    "SCL004",
    severity=Severity.SYNC,
    rows=("H4",),
    kinds=(SCALED_OBJECT,),
    fix="give one of them another name in spec.advanced.horizontalPodAutoscalerConfig.name",
)
def autoscalers_share_a_name(scaled: Manifest, world: World) -> Iterator[Hit]:
    """Compare the name of the HorizontalPodAutoscaler that KEDA makes with those that there are."""
    name, target = autoscaler_name(scaled), autoscaler_of(scaled).target
    if not scaled.ref.name or is_variable(name):
        return
    same = world.scaling.named(scaled.ref.namespace, name)
    place = same.index(scaled)
    for index, other in enumerate(same):
        is_other = kind_of(other) == HPA or index < place
        if not is_other or takes_over(scaled, other) or autoscaler_of(other).target == target:
            continue  # of two that scale one target, SCL003 tells
        sure = meeting(scaled, other, world)
        if sure is not None:
            where = "/spec/advanced/horizontalPodAutoscalerConfig/name"
            yield Hit(where, f"uses HorizontalPodAutoscaler {name}, as {other.ref} does{sure.doubt}", sure.status)
            return
