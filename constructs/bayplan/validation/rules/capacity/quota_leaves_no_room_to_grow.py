"""The quota of a namespace ends before its autoscalers and updates do.

Everything runs on a quiet day. Under load the pods that an autoscaler asks for are refused, and a rolling update cannot
start the new pods that it wants beside the old ones (`maxSurge`): it waits, or hangs where no old pod may be stopped.
Counted are all autoscalers at their most, and the largest surge. Raise the quota, or lower the most.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-surge>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.amounts import amounts_in
from bayplan.validation.budget import scaled
from bayplan.validation.consumption import show
from bayplan.validation.fields import text_at, value_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.quotas import QUOTA, hard, usages
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.quotas import Usage
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: chat, namespace: chat}
spec: {hard: {requests.cpu: "4"}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: chat, namespace: chat}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: chat}
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
          resources: {requests: {cpu: "1"}}
"""
GOOD = BAD.replace('requests.cpu: "4"', 'requests.cpu: "8"')


@rule(
    "CAP004",
    severity=Severity.RISK,
    rows=("G3",),
    kinds=(QUOTA,),
    confidence=Confidence.MEDIUM,
    fix="raise the quota, or lower the most of the autoscalers",
)
def quota_leaves_no_room_to_grow(quota: Manifest, world: World) -> Iterator[Hit]:
    """Add up the most, and the largest surge on top, where the least still fits."""
    counted = usages(quota, world)
    for name, most in sorted(amounts_in(hard(quota)).items()) if counted else ():
        asking = [one for one in counted or () if one.each.get(name, 0)]
        where = pointer("spec", "hard", name)
        if sum(one.each[name] * one.least for one in asking) > most:
            continue  # CAP003 says so
        peak = sum(one.each[name] * one.most for one in asking)
        extra = max((one.each[name] * surge(one) for one in asking), default=0)
        if peak > most:
            told = f"{named(asking)} may need {show(name, peak)} once scaled up"
            yield Hit(where, f"allows {show(name, most)} {name}; {told}")
        elif peak + extra > most:
            told = f"{named(asking)} may need {show(name, peak + extra)} during an update"
            yield Hit(where, f"allows {show(name, most)} {name}; {told}")


def named(asking: list[Usage]) -> str:
    """The owners, in words."""
    return ", ".join(sorted({str(one.pod.owner.ref) for one in asking if one.most}))


def surge(usage: Usage) -> int:
    """How many pods an update may start beside the old ones: a percentage is rounded up, 25 % where nothing is said."""
    owner = usage.pod.owner
    if kind_of(owner) != "Deployment.apps" or text_at(owner.body, "spec", "strategy", "type") == "Recreate":
        return 0
    said = value_at(owner.body, "spec", "strategy", "rollingUpdate", "maxSurge")
    amount = said if isinstance(said, int | str) and not isinstance(said, bool) else "25%"
    return scaled(amount, usage.most) or 0
