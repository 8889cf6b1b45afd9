"""Callers that are declared: by an address in their environment, or by a policy of the one side that the other side
does not know of.

A rule that names pods and ports says who calls whom. Where none of it gets through, its author was mistaken, or the
author of the policy on the other side.

Source: <https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.reachability.calls import Call
from bayplan.validation.reachability.network import ports_of
from bayplan.validation.reachability.policy import EGRESS, INGRESS
from bayplan.validation.reachability.sure import Sure
from bayplan.validation.reachability.topics.named import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.reachability.ends import End
    from bayplan.validation.reachability.policy import Peer, Policy, Rule
    from bayplan.validation.world import World


def declared(world: World) -> Iterator[Call]:
    """Every declared caller; who is known by an address is not told again."""
    told: set[tuple[int, int]] = set()
    for call in named(world):
        told.add((id(call.source), id(call.target)))
        yield call
    for direction in (EGRESS, INGRESS):
        for policy in world.reach.network.policies:
            for rule in policy.rules(direction) or ():
                for call in by_rule(policy, direction, rule, world):
                    if not any(pair in told for pair in pairs_of(call)):
                        if world.reach.stops(call):
                            told.update(pairs_of(call))
                        yield call


def pairs_of(call: Call) -> Iterator[tuple[int, int]]:
    """Every source with every target, by their identity."""
    return ((id(source), id(target)) for source in call.sources for target in call.targets)


def by_rule(policy: Policy, direction: str, rule: Rule, world: World) -> Iterator[Call]:
    """What each peer of a rule says that names pods of the tree."""
    network = world.reach.network
    own = [network.end(pod) for pod, sure in network.selected(policy) if sure is Sure.YES]
    for peer in rule.peers or () if own and rule.ports else ():
        others = pods_named(policy, peer, world)
        sources, targets = (own, others) if direction == EGRESS else (others, own)
        ports = [(one.protocol, one.first) for target in targets for one in ports_of(rule, target)[0]]
        if others and ports:
            yield Call(
                sources=tuple(sources),
                targets=tuple(targets),
                ports=tuple(dict.fromkeys(ports)),
                why=f"{policy.manifest.ref} allows it on its side",
            )


def pods_named(policy: Policy, peer: Peer, world: World) -> list[End]:
    """The pods of the tree that a peer picks by their labels; none where it may pick others, too."""
    network = world.reach.network
    if peer.pods is None or peer.block or not (peer.pods.labels or peer.pods.requirements):
        return []
    if peer.namespaces is not None or network.homes.has_strangers(policy.namespace):
        return []
    pods = world.pods.selected(policy.namespace, peer.pods)
    return world.reach.once(  # what a peer without a namespace admits is the same for all policies of a namespace
        ("named", policy.namespace, peer.pods),
        lambda: [end for end in map(network.end, pods) if network.admits(policy, peer, end) is Sure.YES],
    )
