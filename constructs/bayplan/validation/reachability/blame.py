"""Which of several policies to name for what is stopped: the one that its author would mend.

All policies that isolate a pod stop what none of them allows. To be mended is the one that stops the same for all of
its pods that need it, if it is more than one; else the one that almost allows it; else the one that is about these pods
in particular. So a policy for a whole namespace is named once, and not each app beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.reachability.policy import EGRESS
from bayplan.validation.reachability.sure import Sure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bayplan.validation.reachability.calls import Call, Stop
    from bayplan.validation.reachability.network import Network
    from bayplan.validation.reachability.policy import Policy


def blamed(stops: Sequence[Stop], calls: Sequence[Call], network: Network) -> Iterator[tuple[Policy, Stop]]:
    """Each stop with the policy to name: for stops of one direction, with one port and one other end."""
    leaves = stops[0].direction == EGRESS
    needy = {id(call.source if leaves else call.target) for call in calls}
    left = {id(stop.call.source if leaves else stop.call.target): stop for stop in stops}
    covers = {id(policy): policy for stop in stops for policy in stop.policies}
    chosen: dict[int, set[int]] = {}
    for key, policy in covers.items():
        chosen[key] = {id(network.end(pod)) for pod, sure in network.selected(policy) if sure is Sure.YES}
    order = sorted(covers, key=lambda key: weight(covers[key], chosen[key], needy, left, network), reverse=True)
    for key in order:
        found = [left.pop(end) for end in [end for end in left if end in chosen[key]]]
        yield from ((covers[key], stop) for stop in found)


def weight(
    policy: Policy, chosen: set[int], needy: set[int], stopped: Mapping[int, Stop], network: Network
) -> tuple[int, int, bool, int]:
    """How much speaks for a policy."""
    covered = chosen & stopped.keys()
    if not covered:
        return (0, 0, False, 0)
    near = nearness(policy, next(stop for key, stop in stopped.items() if key in covered), network)
    is_whole = chosen & needy <= stopped.keys()
    has_rules = bool(policy.rules(next(iter(stopped.values())).direction))
    return (len(covered) if is_whole else 1, near, has_rules, -len(chosen))


def nearness(policy: Policy, stop: Stop, network: Network) -> int:
    """2 where a rule has the port and other peers, 1 where it has the peer and other ports."""
    call = stop.call
    other = call.target if stop.direction == EGRESS else call.source
    near = 0
    for rule in policy.rules(stop.direction) or ():
        spans = [(port.protocol, port.first, port.last) for port in rule.ports or ()]
        if any((protocol, number, number) in spans for protocol, number in call.ports[:1]):
            near = 2
        elif rule.peers and network.taken(policy, rule, other) is Sure.YES:
            near = max(near, 1)
    return near
