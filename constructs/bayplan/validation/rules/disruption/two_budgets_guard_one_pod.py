"""Two PodDisruptionBudgets guard the same pods.

Kubernetes evicts no pod that has more than one budget: the API answers with an error (500), and every drain of its node
waits for ever, however many pods there are. Keep one budget, or let the selectors of the two not meet.

Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.budgets import BUDGET, guarded, guards
from bayplan.validation.finding import Severity
from bayplan.validation.pairs import meeting
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: all, namespace: chat}
spec:
  maxUnavailable: 50%
  selector: {}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: chat, namespace: chat}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: chat}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  replicas: 2
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = (
    BAD.replace("selector: {}", "selector: {matchExpressions: [{key: app, operator: Exists}]}")
    .replace("name: all, namespace: chat", "name: all, namespace: other")
    .replace(
        "kind: Deployment\nmetadata:",
        """kind: Deployment
metadata: {name: other, namespace: other}
spec:
  replicas: 2
  selector: {matchLabels: {app: other}}
  template:
    metadata: {labels: {app: other}}
    spec: {containers: [{name: other, image: "registry.example.com/chat@sha256:0"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata:""",
    )
)


@rule(
    "DRN003",
    severity=Severity.RISK,
    rows=("P2",),
    kinds=(BUDGET,),
    fix="keep one budget for each pod",
)
def two_budgets_guard_one_pod(budget: Manifest, world: World) -> Iterator[Hit]:
    """Look for a budget earlier in the tree that guards one of the same pods."""
    for pod in guarded(budget, world):
        for other in guards(world)[id(pod)]:
            if other is budget:
                break
            sure = meeting(budget, other, world)
            if sure is not None:
                told = f"guards pods of {pod.owner.ref}, as {other.ref} does: no drain can evict them{sure.doubt}"
                yield Hit("/spec/selector", told, sure.status)
                return
