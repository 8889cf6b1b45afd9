"""A NetworkPolicy asks for namespaces by a label that none carries.

A `namespaceSelector` is matched with the labels of the Namespace object, not with its name. The only label that every
namespace has by itself is `kubernetes.io/metadata.name`; `name: monitoring` is there only if somebody wrote it. The
rule then allows nobody, and whoever should come through is dropped in silence. Use `kubernetes.io/metadata.name`, or
label the Namespace.

Source: <https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.reachability.homes import names_in
from bayplan.validation.reachability.policy import EGRESS, INGRESS, NETWORK_POLICY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.selectors import Selector
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: monitoring}
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: chat, namespace: chat}
spec:
  podSelector: {matchLabels: {app: chat}}
  ingress:
    - from: [{namespaceSelector: {matchLabels: {name: monitoring}}}]
"""
GOOD = BAD.replace("{name: monitoring}}}]", "{kubernetes.io/metadata.name: monitoring}}}]")

POSITIVE = ("In", "Exists")


@rule(
    "RCH002",
    severity=Severity.DOWN,
    rows=("N3",),
    kinds=(NETWORK_POLICY,),
    confidence=Confidence.MEDIUM,
    fix="name the namespace by kubernetes.io/metadata.name, or put the label on the Namespace",
)
def peer_namespace_has_no_such_label(policy: Manifest, world: World) -> Iterator[Hit]:
    """Ask every Namespace of the tree; without any there is nobody to ask."""
    homes = world.reach.network.homes
    one = world.reach.network.policy(policy)
    for direction in (INGRESS, EGRESS) if homes.labels else ():
        for rule_ in one.rules(direction) or ():
            for peer in rule_.peers or ():
                if peer.namespaces is not None and not peer.block:
                    yield from judge(peer.namespaces, peer.pods, f"{peer.pointer}/namespaceSelector", world)


def judge(selector: Selector, pods: Selector | None, where: str, world: World) -> Iterator[Hit]:
    """One selector: whether any namespace of the tree carries what it asks for, and who else may."""
    homes = world.reach.network.homes
    asked = [*selector.labels] + [
        (one.key, value) for one in selector.requirements for value in one.values or ("",) if one.operator in POSITIVE
    ]
    if not asked or any(is_variable(value) for _, value in asked):
        return
    if homes.is_carried(selector):
        return
    names = names_in(selector)
    if names is not None:
        yield from misspelt(names, where, world)
        return
    message = f"asks for namespaces with {selector}, which no Namespace of this tree carries"
    meant = [value for _, value in asked if value in homes.labels]
    if meant:
        yield Hit(where, f"{message}: {meant[0]} is the name of one, and a name is no label")
        return
    doubt = world.doubt("Namespace", "")
    if pods and pods.labels and any(world.pods.selected(name, pods) for name in homes.labels):
        yield Hit(where, f"{message}, and pods with {pods} are in this tree{doubt.doubt}", doubt.status)
    else:
        yield Hit(where, message + (doubt.doubt or ", but others may"), Status.UNKNOWN)


def misspelt(names: tuple[str, ...], where: str, world: World) -> Iterator[Hit]:
    """Namespaces by name: one that is not here is somebody else's, unless it looks like one of ours."""
    homes = world.reach.network.homes
    for name in names if not homes.used.intersection(names) else ():
        if near := homes.near(name):
            message = f"asks for namespace {name}, which this tree does not have: is {near} meant?"
            yield Hit(where, message, Status.UNKNOWN)
