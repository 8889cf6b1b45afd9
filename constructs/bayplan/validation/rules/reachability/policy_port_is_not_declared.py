"""A NetworkPolicy allows a port by a name that no pod declares.

A name is looked up in the pods that are called: those of the policy for ingress, those of the peers for egress. Where
no container declares a port of that name and protocol the entry allows nothing, without an error. Write the number, or
the name as the container has it; the name of a port of the Service is no name of a port of the pod.

Source: <https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity
from bayplan.validation.reachability.homes import names_in
from bayplan.validation.reachability.policy import EGRESS, INGRESS, NETWORK_POLICY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.reachability.ends import End
    from bayplan.validation.reachability.policy import Policy, Rule
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: model, namespace: chat, labels: {app: model}}
spec:
  containers:
    - name: model
      image: registry.example.com/model@sha256:0
      ports: [{name: grpc, containerPort: 9000}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: model, namespace: chat}
spec:
  podSelector: {matchLabels: {app: model}}
  ingress:
    - ports: [{port: http}]
"""
GOOD = BAD.replace("port: http", "port: grpc")


@rule(
    "RCH004",
    severity=Severity.DOWN,
    rows=("N2",),
    kinds=(NETWORK_POLICY,),
    fix="use the number of the port, or the name that the containers declare",
)
def policy_port_is_not_declared(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look every named port up in all pods that it is meant for."""
    one = world.reach.network.policy(policy)
    for direction in (INGRESS, EGRESS):
        for rule_ in one.rules(direction) or ():
            for port in rule_.ports or ():
                if port.name and not is_variable(port.name):
                    called = own(one, world) if direction == INGRESS else others(one, rule_, world)
                    if called and all(lacks(end, port.name, port.protocol) for end in called):
                        names = " and ".join(sorted({end.name for end in called})[:3])
                        yield Hit(port.pointer, f"port {port.name} ({port.protocol}) is declared by none of {names}")


def lacks(end: End, name: str, protocol: str) -> bool:
    """Whether pods surely have no port of a name."""
    return end.ports is not None and (name, protocol) not in end.ports


def own(policy: Policy, world: World) -> list[End]:
    """The pods that the policy isolates."""
    network = world.reach.network
    return [network.end(pod) for pod, _ in network.selected(policy)]


def others(policy: Policy, rule_: Rule, world: World) -> list[End]:
    """The pods that the peers name; none where any peer may be somebody else's."""
    network = world.reach.network
    found: list[End] = []
    for peer in rule_.peers or ():
        spaces = (policy.namespace,) if peer.namespaces is None else names_in(peer.namespaces)
        if peer.block or not spaces or any(network.homes.has_strangers(space) for space in spaces):
            return []
        pods = (pod for space in spaces for pod in world.pods.selected(space, peer.pods or selectors.Selector()))
        found += map(network.end, pods)
    return found
