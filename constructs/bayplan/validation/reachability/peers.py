"""Peers of rules in words, for those that are not wholly pods of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.reachability.homes import names_in
from bayplan.validation.reachability.network import ports_of
from bayplan.validation.reachability.policy import EGRESS, INGRESS, NAMESPACE_NAME
from bayplan.validation.reachability.ports import ALL, LAST, NONE
from bayplan.validation.reachability.sure import Sure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.reachability.ends import End
    from bayplan.validation.reachability.policy import Peer, Policy, Rule
    from bayplan.validation.reachability.ports import Ports
    from bayplan.validation.selectors import Selector
    from bayplan.validation.world import World

EVERYBODY = "everybody"


def others_in(policy: Policy, rule: Rule, world: World) -> Iterator[str]:
    """Whom a rule takes besides pods of the tree."""
    if rule.peers is None:
        yield EVERYBODY
    for peer in rule.peers or ():
        if peer.block:
            without = f" without {', '.join(peer.excepts)}" if peer.excepts else ""
            yield f"addresses {peer.block}{without}"
        elif has_others(policy, peer, world) and not is_somebody(policy, peer, world):
            yield words_of(policy, peer)


def is_somebody(policy: Policy, peer: Peer, world: World) -> bool:
    """Whether pods of the tree are meant in particular."""
    names = (policy.namespace,) if peer.namespaces is None else names_in(peer.namespaces) or ()
    if peer.pods is None or str(peer.pods) == "everything":
        return False
    return any(world.pods.selected(name, peer.pods) for name in names)


def has_others(policy: Policy, peer: Peer, world: World) -> bool:
    """Whether pods that the tree does not have may be meant."""
    homes = world.reach.network.homes
    if peer.namespaces is None:
        return peer.pods is not None and homes.has_strangers(policy.namespace)
    names = names_in(peer.namespaces)
    if names is not None:
        return any(homes.has_strangers(name) for name in names)
    if not (peer.namespaces.labels or peer.namespaces.requirements):
        return True
    return not any(homes.admits(peer.namespaces, name) is Sure.YES for name in homes.labels)


def words_of(policy: Policy, peer: Peer) -> str:
    """`pods app=web of namespace shop`."""
    where = f"namespace {policy.namespace}" if peer.namespaces is None else spaces(peer.namespaces)
    return f"pods {peer.pods} of {where}" if peer.pods and str(peer.pods) != "everything" else where


def spaces(selector: Selector) -> str:
    """Namespaces by name where they are asked for by name."""
    names = names_in(selector)
    only_names = names is not None and all(key == NAMESPACE_NAME for key, _ in selector.labels)
    if names and only_names and len(selector.labels) + len(selector.requirements) == 1:
        return f"namespace {' or '.join(names)}"
    return "every namespace" if str(selector) == "everything" else f"namespaces with {selector}"


def told(rule: Rule) -> str:
    """The ports of a rule, as they are written."""
    words = []
    for port in rule.ports or ():
        if port.name:
            words.append(f"{port.protocol} {port.name}")
        elif (port.first, port.last) == (1, LAST):
            words.append(f"every port of {port.protocol}")
        else:
            words.append(f"{port.protocol} {port.first}" + (f"-{port.last}" if port.last > port.first else ""))
    return ", ".join(dict.fromkeys(words)) or "every port"


def open_to_all(source: End, target: End, world: World) -> Ports:
    """What rules without peers let through on both sides: what holds for everybody is told once, of everybody."""
    network = world.reach.network
    through = ALL
    for end, direction in ((source, EGRESS), (target, INGRESS)):
        policies = network.isolating(end, direction)
        open_ports = NONE
        for policy, _ in policies:
            for rule in policy.rules(direction) or ():
                if rule.peers is None:
                    open_ports = open_ports | ports_of(rule, target)[0]
        through = through & (open_ports if policies else ALL)
    return through
