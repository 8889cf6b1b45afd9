"""A NetworkPolicy selects no pods.

What it should protect is open, or what it should allow stays closed: a policy without pods is accepted and does
nothing, and nobody is told. Usually a label was renamed on one side, or the policy stands in another namespace than
its pods: a selector never leaves its own. Give it the labels of the pod template that is meant.

Source: <https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity, Status
from bayplan.validation.reachability.policy import NETWORK_POLICY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: chat, namespace: chat}
spec:
  podSelector: {matchLabels: {app: chatt}}
  policyTypes: [Ingress]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("chatt", "chat")


@rule(
    "RCH001",
    severity=Severity.LOSS,
    rows=("N1",),
    kinds=(NETWORK_POLICY,),
    fix="use the labels of the pods that are meant, in the namespace of the policy",
)
def policy_selects_no_pods(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look for a template that the policy selects; one for a whole namespace is meant for those that come."""
    one = world.reach.network.policy(policy)
    if not (one.selector.labels or one.selector.requirements):
        return
    if world.reach.network.selected(one):
        return
    namespace = policy.ref.namespace
    values = [value for _, value in one.selector.labels]
    if any(map(is_variable, [namespace, *values])):
        return
    where = f" in namespace {namespace}" if namespace else ""
    message = f"selects {one.selector}: no pod template{where} carries that, so it does nothing"
    doubt = world.doubt("Pod", namespace)
    if not doubt.doubt and world.reach.network.homes.draft:
        yield Hit("/spec/podSelector", f"{message}, but {world.reach.network.homes.draft}", Status.UNKNOWN)
        return
    if not doubt.doubt and not world.pods.selected(namespace, selectors.Selector()):
        yield Hit("/spec/podSelector", f"{message}, but this tree has no pods there at all", Status.UNKNOWN)
        return
    yield Hit("/spec/podSelector", message + doubt.doubt, doubt.status)
