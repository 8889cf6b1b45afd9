"""A quota demands amounts that a container does not say.

Where a quota limits CPU or memory, the API server refuses every pod of which one container does not say that amount
(`must specify limits.cpu`), init containers and sidecars included. The Deployment is accepted, and has no pods. Say the
amounts, or give the namespace a LimitRange with defaults.

Source: <https://kubernetes.io/docs/concepts/policy/resource-quotas/#requests-vs-limits>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.consumption import containers_with_mesh
from bayplan.validation.fields import mapping_at
from bayplan.validation.finding import Severity
from bayplan.validation.limits import LIMIT_RANGE, defaults_of
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.quotas import counts, hard, quotas_by_namespace
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: chat, namespace: chat}
spec: {hard: {limits.memory: 10Gi}}
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
          resources: {requests: {memory: 1Gi}}
"""
GOOD = BAD.replace("{requests: {memory: 1Gi}}", "{limits: {memory: 1Gi}}")

DEMANDED = {
    "cpu": ("requests", "cpu"),
    "memory": ("requests", "memory"),
    "requests.cpu": ("requests", "cpu"),
    "requests.memory": ("requests", "memory"),
    "limits.cpu": ("limits", "cpu"),
    "limits.memory": ("limits", "memory"),
}
"""Names in a quota to what every container must then say; others are only counted."""


@rule(
    "CAP005",
    severity=Severity.DOWN,
    rows=("G3",),
    kinds=WORKLOAD_KINDS,
    fix="say the amount in every container, or give the namespace a LimitRange with defaults",
)
def quota_demands_amounts(workload: Manifest, world: World) -> Iterator[Hit]:
    """Ask every container for what the quotas that count its pod demand."""
    quotas = quotas_by_namespace(world).get(workload.ref.namespace, ())
    if not quotas:
        return
    for pod in world.pods.made_by(workload):
        if mapping_at(pod.spec, "resources"):
            continue  # what is said for the pod as a whole is enough
        for quota in quotas:
            if counts(quota, pod, world):
                yield from judge(pod, quota, world)


def judge(pod: Pod, quota: Manifest, world: World) -> Iterator[Hit]:
    """One hit for each amount that is missing in any container."""
    given = defaults_of(pod.namespace, world).given
    resources = [(one.name, given(one.body)) for one in containers_with_mesh(pod, world)]
    for part, resource in sorted({DEMANDED[name] for name in hard(quota) if name in DEMANDED}):
        silent = sorted({name for name, said in resources if resource not in said[part]})
        if silent:
            doubt = world.doubt(LIMIT_RANGE, pod.namespace)
            told = f"container {', '.join(silent)} says no {part} of {resource}, which {quota.ref} demands"
            yield Hit(pod.pointer, told + doubt.doubt, doubt.status)
