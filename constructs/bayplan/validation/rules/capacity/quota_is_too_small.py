"""The quota of a namespace is smaller than what stands in it.

The API server refuses what goes beyond: pods are not made (the Deployment only says so in an event), objects are not
applied. Counted is the least: the lowest number of replicas, with the sidecars of the mesh and the defaults of the
namespace, and jobs one pod at a time. Raise the quota, or ask for less.

Source: <https://kubernetes.io/docs/concepts/policy/resource-quotas/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.amounts import amounts_in
from bayplan.validation.consumption import show
from bayplan.validation.finding import Severity
from bayplan.validation.quotas import QUOTA, hard, usages
from bayplan.validation.rule import Hit, rule
from bayplan.validation.stored import stored_by_namespace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.quotas import Usage
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: chat, namespace: chat}
spec: {hard: {requests.nvidia.com/gpu: 1}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  replicas: 2
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers:
        - name: chat
          image: registry.example.com/chat@sha256:0
          resources: {limits: {nvidia.com/gpu: 1}}
"""
GOOD = BAD.replace("gpu: 1}}\n---", "gpu: 3}}\n---")


@rule(
    "CAP003",
    severity=Severity.DOWN,
    rows=("G3",),
    kinds=(QUOTA,),
    fix="raise the quota, or ask for less",
)
def quota_is_too_small(quota: Manifest, world: World) -> Iterator[Hit]:
    """Add up what is counted at the least, for every name of the quota."""
    allowed = amounts_in(hard(quota))
    counted = usages(quota, world)
    stored: Mapping[str, int] = stored_by_namespace(world).get(quota.ref.namespace, {})
    for name, most in sorted(allowed.items()):
        where = pointer("spec", "hard", name)
        if stored.get(name, 0) > most and counted is not None:
            yield Hit(where, f"allows {show(name, most)} {name}; what stands here needs {show(name, stored[name])}")
        elif counted:
            yield from judge(name, most, counted, where)


def judge(name: str, most: int, counted: list[Usage], where: str) -> Iterator[Hit]:
    """Compare one name with the pods that must run, and with every single pod."""
    needed = sum(one.each.get(name, 0) * one.least for one in counted)
    if needed > most:
        asking = sorted({str(one.pod.owner.ref) for one in counted if one.each.get(name, 0) * one.least})
        told = f"needs {show(name, needed)} at the least" if len(asking) == 1 else f"need {show(name, needed)} together"
        yield Hit(where, f"allows {show(name, most)} {name}; {', '.join(asking)} {told}")
        return
    for one in counted:
        if one.each.get(name, 0) > most:
            told = f"one pod of {one.pod.owner.ref} needs {show(name, one.each[name])}"
            yield Hit(where, f"allows {show(name, most)} {name}; {told}")
            return
