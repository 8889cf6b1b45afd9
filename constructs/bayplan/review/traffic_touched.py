"""Whose ways in and out a change may have opened or closed, so that nothing else need be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.review.effects.pruning_fate import fates
from bayplan.validation.fields import text_at, texts_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.reachability.authorization import AUTHORIZATION_POLICY
from bayplan.validation.reachability.policy import EGRESS, INGRESS, NETWORK_POLICY
from bayplan.validation.reachability.topics.routes import every_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison
    from bayplan.validation.reachability.ends import End
    from bayplan.validation.world import World


Key = tuple[Ref, str]
"""Who makes some pods, and which of its pods they are."""
NOBODY = Ref("", "", "", "")
POLICIES = (NETWORK_POLICY, AUTHORIZATION_POLICY)


@dataclass(kw_only=True)
class Touched:
    """Pods by who makes them."""

    entered: set[Key] = field(default_factory=set)
    """Those whose policies for what comes in have changed."""
    left: set[Key] = field(default_factory=set)
    """Those whose policies for what goes out have changed."""
    guarded: set[Key] = field(default_factory=set)
    """Those whose policies of the mesh have changed."""
    others: set[Key] = field(default_factory=set)
    """Those that policies may see otherwise: their labels have changed, or those of their namespace."""

    def __bool__(self) -> bool:
        return bool(self.entered or self.left or self.guarded or self.others)


def key_of(end: End) -> Key:
    """The same for both revisions."""
    return (end.pod.owner.ref, end.pod.role) if end.pod is not None else (NOBODY, end.name)


def ends_of(world: World) -> dict[Key, End]:
    """All pods of a tree."""
    return {key_of(end): end for end in every_end(world)}


def touched(comparison: Comparison) -> Touched:
    """All pods that need to be looked at."""
    found = Touched()
    guards: dict[int, tuple[World, set[int]]] = {}
    for world, policy in changed_policies(comparison):
        if kind_of(policy) == NETWORK_POLICY:
            read = world.reach.network.policy(policy)
            keys = {key_of(world.reach.network.end(pod)) for pod, _ in world.reach.network.selected(read)}
            found.entered |= keys if read.rules(INGRESS) is not None else set()
            found.left |= keys if read.rules(EGRESS) is not None else set()
        else:
            guards.setdefault(id(world), (world, set()))[1].add(id(policy))
    for world, policies in guards.values():
        found.guarded |= {
            key_of(end)
            for end in every_end(world)
            if any(id(guard.manifest) in policies for guard, _ in world.reach.guards.of(end))
        }
    if has_policies(comparison):
        found.others |= {*relabelled(comparison)}
    return found


def has_policies(comparison: Comparison) -> bool:
    """Whether there is anything that looks at labels."""
    return any(world.by_kind.get(kind) for world in (comparison.base, comparison.head) for kind in POLICIES)


def changed_policies(comparison: Comparison) -> Iterator[tuple[World, Manifest]]:
    """Policies that are otherwise, each in the tree where it stands."""
    for pair in comparison.changed:
        if kind_of(pair.after) in POLICIES:
            yield comparison.base, pair.before
            yield comparison.head, pair.after
    yield from ((comparison.head, one) for one in comparison.added if kind_of(one) in POLICIES)
    for gone in comparison.removed:
        if kind_of(gone) in POLICIES and fates(comparison).of(gone).is_deleted:
            yield comparison.base, gone


def relabelled(comparison: Comparison) -> Iterator[Key]:
    """Pods with other labels or another account, or in a namespace with other labels."""
    spaces = set()
    for pair in comparison.changed:
        if kind_of(pair.after) == "Namespace":
            labels = [texts_at(one.body, "metadata", "labels") for one in (pair.before, pair.after)]
            spaces |= {pair.after.ref.name} if labels[0] != labels[1] else set()
            continue
        before = {pod.role: pod for pod in comparison.base.pods.made_by(pair.before)}
        for pod in comparison.head.pods.made_by(pair.after) if before else ():
            role = pod.role
            was = before.get(role)
            accounts = [text_at(one.spec, "serviceAccountName") for one in (was, pod) if one]
            if was and (was.labels != pod.labels or accounts[0] != accounts[1]):
                yield pair.after.ref, role
    if spaces:
        yield from (key_of(end) for end in every_end(comparison.head) if end.namespace in spaces)
