"""A VerticalPodAutoscaler changes the requests that another autoscaler measures by.

The load is measured as a share of what the pods request. When the pods are busy, the one autoscaler adds pods and the
other gives each of them more; then the share falls, and pods are taken away again: both turn in circles. Leave CPU and
memory to one of them: scale on something else, or let the VerticalPodAutoscaler advise only (`updateMode: "Off"`).

Source: <https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/known-limitations.md>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.validation.fields import mappings_at, text_at, value_at, words_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.kinds import group_of
from bayplan.validation.pairs import meeting
from bayplan.validation.rule import Hit, rule
from bayplan.validation.triggers import RESOURCES, resource_metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: chat, namespace: chat}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: chat}
  updatePolicy: {updateMode: Recreate}
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
GOOD = BAD.replace("updateMode: Recreate", 'updateMode: "Off"')


@rule(
    "SCL005",
    severity=Severity.LOSS,
    rows=("H4",),
    kinds=("VerticalPodAutoscaler.autoscaling.k8s.io",),
    confidence=Confidence.MEDIUM,
    fix='leave each resource to one autoscaler (controlledResources, or updateMode: "Off")',
)
def vertical_autoscaler_moves_what_another_measures(vertical: Manifest, world: World) -> Iterator[Hit]:
    """Look for other autoscalers of the target that measure by what this one sets."""
    aim = value_at(vertical.body, "spec", "targetRef")
    if text_at(vertical.body, "spec", "updatePolicy", "updateMode") in ("Off", "Initial"):
        return
    group = group_of(text_at(aim, "apiVersion"))
    target = Ref(group, text_at(aim, "kind"), vertical.ref.namespace, text_at(aim, "name"))
    moved = moved_by(vertical)
    for autoscaler in world.scaling.of(target):
        metrics = [one for one in resource_metrics(autoscaler.manifest) if one.is_share and one.resource in moved]
        sure = meeting(vertical, autoscaler.manifest, world)
        if metrics and sure is not None:
            told = f"changes the {metrics[0].resource} requests by which {autoscaler.manifest.ref} scales {target}"
            yield Hit("/spec/targetRef", told + sure.doubt, sure.status)


def moved_by(vertical: Manifest) -> frozenset[str]:
    """The resources that it surely sets: both, unless policies for its containers say less."""
    policies = [policy for _, policy in mappings_at(vertical.body, "spec", "resourcePolicy", "containerPolicies")]
    acting = [policy for policy in policies if text_at(policy, "mode") != "Off"]
    asked = {name for policy in acting for name in (words_at(policy, "controlledResources") or RESOURCES)}
    return frozenset(RESOURCES) & asked if policies else frozenset(RESOURCES)
