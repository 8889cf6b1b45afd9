"""A NetworkPolicy allows pods by labels that none carries.

The peer of a rule without a `namespaceSelector` is in the policy's own namespace, and there no pod template has these
labels: nobody passes by this entry. Either a label was renamed, or the pods run in another namespace, which has to be
named in the same entry. Pods that programs make while they run are not in any file.

Source: <https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.reachability.homes import names_in
from bayplan.validation.reachability.policy import EGRESS, INGRESS, NETWORK_POLICY
from bayplan.validation.reachability.sure import Sure, admits
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.reachability.policy import Peer, Policy
    from bayplan.validation.selectors import Selector
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: chat, labels: {app: web}}
spec:
  containers: [{name: web, image: "registry.example.com/web@sha256:0"}]
---
apiVersion: v1
kind: Pod
metadata: {name: model, namespace: chat, labels: {app: model}}
spec:
  containers: [{name: model, image: "registry.example.com/model@sha256:0"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: model, namespace: chat}
spec:
  podSelector: {matchLabels: {app: model}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: webb}}}]
"""
GOOD = BAD.replace("webb", "web")


@rule(
    "RCH003",
    severity=Severity.DOWN,
    rows=("N3",),
    kinds=(NETWORK_POLICY,),
    confidence=Confidence.LOW,
    fix="use the labels of the pods that are meant, and name their namespace where it is another one",
)
def peer_selects_no_pods(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look for pods that a peer selects, in namespaces whose pods are all in the tree."""
    one = world.reach.network.policy(policy)
    for direction in (INGRESS, EGRESS):
        for rule_ in one.rules(direction) or ():
            for peer in rule_.peers or ():
                if peer.pods is not None and not peer.block:
                    yield from judge(one, peer, peer.pods, world)


def judge(policy: Policy, peer: Peer, wanted: Selector, world: World) -> Iterator[Hit]:
    """One peer; a selector that only leaves out pods asks for none in particular."""
    keys = [key for key, _ in wanted.labels]
    keys += [one.key for one in wanted.requirements if one.operator in ("In", "Exists")]
    spaces = (policy.namespace,) if peer.namespaces is None else names_in(peer.namespaces)
    network = world.reach.network
    if not keys or not spaces or any(network.homes.has_strangers(space) for space in spaces):
        return
    if any(world.pods.selected(space, wanted) for space in spaces):
        return
    ends = [network.end(pod) for space in spaces for pod in world.pods.selected(space, selectors.Selector())]
    if not ends or any(admits(wanted, end.labels, end.hides) is not Sure.NO for end in ends):
        return
    where = f"namespace {' or '.join(spaces)}" if any(spaces) else "this tree"
    message = f"allows pods with {wanted}, which no pod template of {where} carries"
    is_spoken = all(any(key in end.labels for end in ends) for key in keys)
    status = Status.BROKEN if is_spoken else Status.UNKNOWN
    doubt = "" if is_spoken else ", but programs may make some"
    yield Hit(f"{peer.pointer}/podSelector", message + doubt, status)
