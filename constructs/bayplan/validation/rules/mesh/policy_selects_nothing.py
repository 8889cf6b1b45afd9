"""A policy of the mesh selects no workload.

It holds nowhere, and nobody is told: what it should allow, deny, log or configure goes on as before. The selector is
compared with the labels of pods in the policy's own namespace; only in the root namespace do some kinds select
everywhere. Use labels that the pod template carries.

Source: <https://istio.io/latest/docs/reference/config/type/workload-selector/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.fields import (
    is_variable,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.kinds import AUTHORIZATION
from bayplan.validation.mesh.policies import SELECTORS, labels_of, pointer_of, reach_of, selected_by, targets_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chatt}}
  rules: [{to: [{operation: {methods: [GET]}}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("chatt", "chat")


@rule(
    "MSH025",
    severity=Severity.LOSS,
    rows=("I5",),
    kinds=tuple(SELECTORS),
    fix="use labels that the pods of that namespace carry",
)
def policy_selects_nothing(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look for a workload that the selector selects, where it selects."""
    if any(targets_of(policy)) or is_variable(policy.ref.namespace):
        return
    labels = labels_of(policy)
    if not labels:
        yield from for_nobody(policy, world)
        return
    if any(map(is_variable, labels.values())) or selected_by(policy, world):
        return
    reach = reach_of(policy, world)
    places = world.mesh.namespaces if reach is None else (reach,)
    lack = world.mesh.without_workloads(*places)
    where = "in no namespace" if reach is None else f"nothing in namespace {reach}" if reach else "nothing here"
    told = f"selects {selectors.of_labels(labels)}: {where} carries that"
    yield Hit(pointer_of(policy), told + lack.doubt, lack.status)


def for_nobody(policy: Manifest, world: World) -> Iterator[Hit]:
    """A policy for all of a namespace that has no workloads, as far as the tree shows."""
    namespace = policy.ref.namespace
    mesh = world.mesh
    if kind_of(policy) != AUTHORIZATION or namespace in ("", mesh.root) or mesh.workloads.within(namespace):
        return
    if mesh.without_workloads(namespace).status is Status.BROKEN or namespace not in mesh.declared:
        yield Hit("", f"is for all of namespace {namespace}, which has no workloads here", Status.UNKNOWN)
