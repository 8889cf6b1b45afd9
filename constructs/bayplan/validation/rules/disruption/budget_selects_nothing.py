"""A PodDisruptionBudget guards no pod.

A drain takes all pods of the application at once, though somebody meant to forbid that. Usually a label was renamed on
one side only, or the budget stands in another namespace than its pods. Give the selector the labels of the pod template
that it should guard; a budget without a selector guards nothing at all.

Source: <https://kubernetes.io/docs/tasks/run-application/configure-pdb/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.budgets import BUDGET
from bayplan.validation.charts import is_of_a_chart
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: chat, namespace: chat}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: chatt}}
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
GOOD = BAD.replace("chatt", "chat")


@rule(
    "DRN002",
    severity=Severity.RISK,
    rows=("P2",),
    kinds=(BUDGET,),
    fix="use the labels of the pod template that it should guard",
)
def budget_selects_nothing(budget: Manifest, world: World) -> Iterator[Hit]:
    """Look for a template in the budget's namespace that its selector selects."""
    namespace = budget.ref.namespace
    selector = selectors.read(budget.body, "spec", "selector")
    if selector is None:
        yield Hit("/spec", "has no selector, and so guards nothing")
        return
    if world.pods.selected(namespace, selector) or is_variable(f"{namespace}{selector}"):
        return
    if not selector.requirements and world.pods.selected_when_running(namespace, dict(selector.labels)):
        return
    if is_of_a_chart(world, namespace, (value for _, value in selector.labels)):
        return
    doubt = world.doubt("Pod", namespace)
    where = f" in namespace {namespace}" if namespace else ""
    yield Hit("/spec/selector", f"guards {selector}: no pod template{where} carries that{doubt.doubt}", doubt.status)
