"""What one revision lets through: its NetworkPolicies, and policies of the mesh for pods where those have changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at, whole_at
from bayplan.validation.mesh.injection import is_in_mesh
from bayplan.validation.reachability.conditions import Principal
from bayplan.validation.reachability.graph import letting
from bayplan.validation.reachability.network import ports_of
from bayplan.validation.reachability.peers import EVERYBODY, others_in, told
from bayplan.validation.reachability.policy import EGRESS, INGRESS
from bayplan.validation.reachability.ports import ALL, NONE, Ports, Span, merged
from bayplan.validation.reachability.sure import Sure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.review.traffic_touched import Key
    from bayplan.validation.reachability.ends import End
    from bayplan.validation.world import World

STRANGER = Principal("-", "-", is_known=True)
"""Somebody of the mesh whom no policy names."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Side:
    """One revision."""

    world: World
    ends: Mapping[Key, End]
    guarded: Mapping[Key, tuple[tuple[str, int], ...]]
    """Pods whose policies of the mesh have changed, to the ports that they declare at either revision."""

    def everybody(self, key: Key, direction: str) -> Ports:
        """What whoever is at the other end may use, though no rule names it."""
        ports = self._open(self.ends[key], self.ends[key] if direction == INGRESS else None, direction)
        return ports & self._admitted(STRANGER, key) if direction == INGRESS else ports

    def _open(self, end: End, target: End | None, direction: str) -> Ports:
        policies = self.world.reach.network.isolating(end, direction)
        rules = [rule for policy, _ in policies for rule in policy.rules(direction) or () if rule.peers is None]
        found = NONE
        for rule in rules:
            found = found | ports_of(rule, target or end)[0]
        return found if policies else ALL

    def common(self, source: Key, target: Key) -> Ports:
        """What of a pair's ports holds for everybody."""
        out = self._open(self.ends[source], self.ends[target], EGRESS)
        return out & self._open(self.ends[target], self.ends[target], INGRESS) & self._admitted(STRANGER, target)

    def between(self, source: Key, target: Key) -> Ports:
        """What gets from one to the other."""
        passed = self.world.reach.network.between(self.ends[source], self.ends[target])
        ports = passed.surely or passed.perhaps
        return ports & self._admitted(self.world.reach.principal(self.ends[source]), target)

    def _admitted(self, who: Principal, key: Key) -> Ports:
        """The ports that policies of the mesh let somebody call, as far as connections show it."""
        end = self.ends[key]
        if key not in self.guarded or end.pod is None:
            return ALL
        if is_in_mesh(end.pod, self.world) is False:
            return merged(Span(*pair, pair[1]) for pair in self.guarded[key]) or ALL
        judge = self.world.reach.guards.judge
        if not self.guarded[key]:
            return ALL if judge(who, end, 0).sure is not Sure.NO else NONE
        passed = [pair for pair in self.guarded[key] if judge(who, end, pair[1]).sure is not Sure.NO]
        return merged(Span(*pair, pair[1]) for pair in passed)

    def others(self, key: Key, direction: str) -> set[tuple[str, str]]:
        """Whom the rules name that are not in the tree, and the ports."""
        return {
            (words, told(rule))
            for policy, _ in self.world.reach.network.isolating(self.ends[key], direction)
            for rule in policy.rules(direction) or ()
            for words in others_in(policy, rule, self.world)
            if words != EVERYBODY
        }

    def reason(self, key: Key, direction: str, peer: Key | None, *, is_open: bool) -> str:
        """The policies that say so."""
        end = self.ends[key]
        names = [str(policy.manifest.ref) for policy, _ in self.world.reach.network.isolating(end, direction)]
        if is_open and peer is not None:
            pair = (self.ends[peer], end) if direction == INGRESS else (end, self.ends[peer])
            names = list(letting(*pair, self.world)) or names
        if direction == INGRESS and key in self.guarded:
            names += [str(guard.manifest.ref) for guard, _ in self.world.reach.guards.of(end)]
        return ", ".join(dict.fromkeys(names)) or "no policy is about it any more"


def ports_declared(end: End) -> Iterator[tuple[str, int]]:
    """The ports of the containers, by protocol."""
    for container in end.pod.containers if end.pod else ():
        for _, port in mappings_at(container.body, "ports"):
            number = whole_at(port, "containerPort")
            if number is not None:
                yield text_at(port, "protocol") or "TCP", number
