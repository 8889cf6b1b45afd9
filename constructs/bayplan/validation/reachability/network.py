"""What NetworkPolicies let through between two ends, and which of them stop it.

Both sides must agree: the policies that isolate the source for egress, and those that isolate the target for ingress.
Policies add up: what one of a side allows is allowed. A side that no policy isolates lets everything through.

Source: <https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation>
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import is_variable
from bayplan.validation.reachability.blocks import may_hold_pods
from bayplan.validation.reachability.ends import MESH_LABELS, End, of_pod
from bayplan.validation.reachability.homes import Homes
from bayplan.validation.reachability.policy import EGRESS, INGRESS, NETWORK_POLICY, Policy, read
from bayplan.validation.reachability.ports import ALL, LAST, NONE, Ports, Span, merged
from bayplan.validation.reachability.sure import Sure, admits
from bayplan.validation.selectors import Selector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.reachability.policy import Peer, Rule
    from bayplan.validation.world import World


class Passed(NamedTuple):
    """What a side lets through."""

    surely: Ports
    perhaps: Ports
    """What it surely lets through, and what it may let through besides."""


OPEN = Passed(ALL, ALL)


class Network:
    """The NetworkPolicies of a tree and the pods that they are about; each index is built once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.homes = Homes(world)
        self.policies = tuple(read(one) for one in world.by_kind.get(NETWORK_POLICY, ()))
        self._of: dict[int, Policy] = {id(one.manifest): one for one in self.policies}
        self._ends: dict[int, End] = {}
        self._taken: dict[tuple[int, int], tuple[End, Sure]] = {}

    def policy(self, manifest: Manifest) -> Policy:
        """The policy of an object of the tree."""
        return self._of[id(manifest)]

    def end(self, pod: Pod) -> End:
        """The pods of a template as an end."""
        if id(pod) not in self._ends:
            self._ends[id(pod)] = of_pod(pod)
        return self._ends[id(pod)]

    def selected(self, policy: Policy) -> tuple[tuple[Pod, Sure], ...]:
        """The pods that a policy surely or perhaps isolates, in the order of the tree."""
        return self._selected.get(id(policy), ())

    @cached_property
    def _selected(self) -> Mapping[int, tuple[tuple[Pod, Sure], ...]]:
        return {id(policy): tuple(self._choose(policy)) for policy in self.policies}

    def _choose(self, policy: Policy) -> Iterator[tuple[Pod, Sure]]:
        best = Sure.MAYBE if self._world.draft_of(policy.manifest) else Sure.YES
        if self._is_plain(policy.selector):
            for pod in self._world.pods.selected(policy.namespace, policy.selector):
                yield pod, best
            return
        for pod in self._world.pods.selected(policy.namespace, Selector()):
            end = self.end(pod)
            sure = min(best, admits(policy.selector, end.labels, end.hides))
            if sure:
                yield pod, sure

    def _is_plain(self, selector: Selector) -> bool:
        """Whether a selector can be answered from the templates alone."""
        keys = [key for key, _ in selector.labels] + [one.key for one in selector.requirements]
        values = [value for _, value in selector.labels]
        values += [value for one in selector.requirements for value in one.values]
        return self._added.isdisjoint(keys) and not any(map(is_variable, values))

    @cached_property
    def _added(self) -> frozenset[str]:
        """Labels that controllers and webhooks add, with values that only they know."""
        owners = self._world.inventory.manifests
        return MESH_LABELS.union(*(pod.added_labels for one in owners for pod in self._world.pods.made_by(one)))

    @cached_property
    def _isolating(self) -> Mapping[tuple[str, int], list[tuple[Policy, Sure]]]:
        found: dict[tuple[str, int], list[tuple[Policy, Sure]]] = defaultdict(list)
        for policy in self.policies:
            for pod, sure in self.selected(policy):
                for direction in (INGRESS, EGRESS):
                    if policy.rules(direction) is not None:
                        found[direction, id(pod)].append((policy, sure))
        return found

    def isolating(self, end: End, direction: str) -> Sequence[tuple[Policy, Sure]]:
        """The policies that isolate an end, each with how sure that is; none for strangers."""
        return self._isolating.get((direction, id(end.pod)), ()) if end.pod is not None else ()

    def isolated(self, direction: str) -> Iterator[End]:
        """The pods that some policy surely isolates in one direction, in the order of the policies."""
        seen: set[int] = set()
        for policy in self.policies:
            for pod, sure in self.selected(policy) if policy.rules(direction) is not None else ():
                if sure is Sure.YES and id(pod) not in seen:
                    seen.add(id(pod))
                    yield self.end(pod)

    def opened(self, end: End, direction: str) -> Ports:
        """The ports that the policies of an end open to anybody at all."""
        found = NONE
        for policy, _ in self.isolating(end, direction):
            for rule in policy.rules(direction) or ():
                known, unknown = ports_of(rule, end)
                found = found | known | unknown
        return found if self.isolating(end, direction) else ALL

    def leaving(self, source: End, target: End) -> Passed:
        """What the policies of the source let go to the target."""
        return self._side(source, EGRESS, target, target)

    def entering(self, source: End, target: End) -> Passed:
        """What the policies of the target let come from the source."""
        return self._side(target, INGRESS, source, target)

    def between(self, source: End, target: End) -> Passed:
        """What both sides let through."""
        out, into = self.leaving(source, target), self.entering(source, target)
        return Passed(out.surely & into.surely, out.perhaps & into.perhaps)

    def _side(self, end: End, direction: str, other: End, target: End) -> Passed:
        policies = self.isolating(end, direction)
        if not policies:
            return OPEN
        sure, doubtful, perhaps = NONE, ALL, NONE
        is_isolated = False
        for policy, selects in policies:
            through = self._through(policy, direction, other, target)
            perhaps = perhaps | through.perhaps
            if selects is Sure.YES:
                is_isolated = True
                sure = sure | through.surely
            else:
                doubtful = doubtful & through.surely
        if not is_isolated:
            return Passed(doubtful, ALL)
        return Passed(sure, ALL if end.is_host else perhaps)

    def _through(self, policy: Policy, direction: str, other: End, target: End) -> Passed:
        surely, perhaps = NONE, NONE
        for rule in policy.rules(direction) or ():
            taken = self.taken(policy, rule, other)
            if taken:
                known, unknown = ports_of(rule, target)
                perhaps = perhaps | known | unknown
                surely = surely | known if taken is Sure.YES else surely
        return Passed(surely, perhaps)

    def taken(self, policy: Policy, rule: Rule, end: End) -> Sure:
        """Whether the peers of a rule take an end."""
        if rule.peers is None:
            return Sure.YES
        key = (id(rule), id(end))
        if key not in self._taken:
            # the end is kept: its identity must not be given to another
            self._taken[key] = (end, max((self.admits(policy, peer, end) for peer in rule.peers), default=Sure.NO))
        return self._taken[key][1]

    def admits(self, policy: Policy, peer: Peer, end: End) -> Sure:
        """Whether a peer takes an end. Pods in the node's network have its address: selectors may not see them."""
        if peer.block:
            is_any = end.is_host and end.pod is None  # a node's address, or one that it keeps for itself
            return Sure.MAYBE if is_any or may_hold_pods(peer.block, peer.excepts) else Sure.NO
        if peer.pods is None and peer.namespaces is None:
            return Sure.NO
        home = self._home(policy, peer, end)
        if not home:
            return Sure.NO
        chosen = admits(peer.pods, end.labels, end.hides) if peer.pods is not None else Sure.YES
        return min(home, chosen, Sure.MAYBE if end.is_host else Sure.YES)

    def _home(self, policy: Policy, peer: Peer, end: End) -> Sure:
        if peer.namespaces is not None:
            return self.homes.admits(peer.namespaces, end.namespace)
        if end.namespace is None:
            return Sure.MAYBE if self.homes.has_strangers(policy.namespace) else Sure.NO
        return Sure.YES if end.namespace == policy.namespace else Sure.NO


def ports_of(rule: Rule, target: End) -> tuple[Ports, Ports]:
    """The ports of a rule in the pods of the target: those that are sure, and those that may be."""
    if rule.ports is None:
        return ALL, NONE
    known, unknown = [], []
    for port in rule.ports:
        if not port.name:
            known.append(Span(port.protocol, port.first, port.last))
        elif target.ports is None or is_variable(port.name):
            unknown.append(Span(port.protocol, 1, LAST))
        elif (port.name, port.protocol) in target.ports:
            number = target.ports[port.name, port.protocol]
            known.append(Span(port.protocol, number, number))
    return merged(known), merged(unknown)
