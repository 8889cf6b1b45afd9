"""Names: pods that ask the cluster's DNS.

A pod that may not send anything is meant to be closed, and is left alone. Whoever may call others, or names a Service
in its environment, or has a proxy that must find istiod, needs an answer from the DNS first.

Source: <https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import text_at
from bayplan.validation.mesh.injection import is_injected
from bayplan.validation.reachability.addresses import addresses_in
from bayplan.validation.reachability.calls import DNS_PORT, Call
from bayplan.validation.reachability.ends import End, stranger
from bayplan.validation.reachability.policy import EGRESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.reachability.policy import Peer
    from bayplan.validation.world import World

SERVERS = (
    stranger("kube-dns", "kube-system", {"k8s-app": "kube-dns"}),
    stranger("coredns", "kube-system", {"k8s-app": "coredns", "app.kubernetes.io/name": "coredns"}),
    stranger("node-local-dns", "kube-system", {"k8s-app": "node-local-dns"}, is_host=True),
    stranger("dns-default", "openshift-dns", {"dns.operator.openshift.io/daemonset-dns": "default", "k8s-app": ""}),
)
"""The DNS of usual clusters."""
ANY_SERVER = stranger("a DNS server", None)
PORTS = (DNS_PORT, 1053, 5353, 8053, 9053, 10053)
"""Where they listen in their pods: policies see the port behind the Service."""


def queries(world: World) -> Iterator[Call]:
    """Every pod that surely or most likely asks for names, over UDP."""
    yield from asked(world, "UDP")


def long_answers(world: World) -> Iterator[Call]:
    """The same over TCP, which takes what does not fit into one packet, by those who may ask over UDP."""
    heard = {id(call.source) for call in world.reach.calls(queries) if not any(world.reach.stops(call))}
    yield from (call for call in asked(world, "TCP") if id(call.source) in heard)


def asked(world: World, protocol: str) -> Iterator[Call]:
    """A call to any of the known servers on any of their ports."""
    ports = tuple((protocol, number) for number in PORTS)
    known = servers(world)
    for end in world.reach.network.isolated(EGRESS):
        why = "" if is_left_alone(end) else need_of(end, world)
        if why:
            yield Call(sources=(end,), targets=known, ports=ports, why=why, fallback=ANY_SERVER)


def servers(world: World) -> tuple[End, ...]:
    """The servers: pods of the tree that look like it, beside those of usual clusters."""
    network = world.reach.network
    kinds = ("Deployment.apps", "DaemonSet.apps")
    named = (one for kind in kinds for one in world.by_kind.get(kind, ()) if "dns" in one.ref.name)
    return world.reach.once(
        "servers", lambda: (*SERVERS, *(network.end(pod) for one in named for pod in world.pods.made_by(one)))
    )


def is_left_alone(end: End) -> bool:
    """Whether the node, or somebody who is named, answers instead of the cluster's DNS."""
    return end.is_host or end.pod is None or text_at(end.pod.spec, "dnsPolicy") in ("Default", "None")


def need_of(end: End, world: World) -> str:
    """How it is known that a pod asks for names, in words; "" if nothing speaks for it."""
    if end.pod is None:
        return ""
    if is_injected(end.pod, world):
        return "its proxy looks up istiod"
    for address in addresses_in(end.pod, world):
        return f"{address.where} names {address.host}"
    network = world.reach.network
    for policy, _ in network.isolating(end, EGRESS):
        for rule in policy.egress or ():
            if rule.peers is None or any(map(is_called_by_name, rule.peers)):
                return f"{policy.manifest.ref} lets it call others"
    return ""


def is_called_by_name(peer: Peer) -> bool:
    """Whether a peer is pods, or the whole internet: single addresses need no name."""
    return not peer.block or peer.block in ("0.0.0.0/0", "::/0")
