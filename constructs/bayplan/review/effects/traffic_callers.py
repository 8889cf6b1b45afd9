"""Callers that are known and get through no more, and whom policies let in or keep out besides.

A caller is known by what the tree says of it: an address in its environment, a route, a monitor, a rule on its side.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.traffic_words import listed
from bayplan.review.review import Effect, Topic, Weight
from bayplan.review.traffic import about_of, ways_of
from bayplan.review.traffic_touched import changed_policies
from bayplan.validation.kinds import kind_of
from bayplan.validation.reachability.authorization import AUTHORIZATION_POLICY
from bayplan.validation.reachability.graph import TOPICS, place_of
from bayplan.validation.reachability.peers import EVERYBODY
from bayplan.validation.reachability.policy import INGRESS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.review.comparison import Comparison
    from bayplan.review.traffic_ways import Way
    from bayplan.validation.reachability.calls import Call
    from bayplan.validation.world import World


@dataclass(frozen=True, kw_only=True)
class Shut:
    """A call that got through, and does not any more."""

    call: Call
    is_ingress: bool
    policies: tuple[str, ...]
    doubt: str


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Known callers first, then all others that policies speak of."""
    if not about_of(comparison):
        return
    told: set[tuple[str, str]] = set()
    groups: dict[tuple[Ref, bool, str], list[Shut]] = defaultdict(list)
    for one in shut_out(comparison):
        end = one.call.target if one.is_ingress else one.call.source
        if end.pod is not None:
            groups[end.pod.owner.ref, one.is_ingress, one.doubt].append(one)
        told.add(tuple(str(place_of(end, comparison.head)) for end in (one.call.source, one.call.target)))  # type: ignore[arg-type]
    for (ref, is_ingress, doubt), same in groups.items():
        yield from of_known(comparison, ref, same, is_ingress=is_ingress, doubt=doubt)
    yield from of_ways(comparison, told)


def shut_out(comparison: Comparison) -> Iterator[Shut]:
    """Calls of the head that are stopped, and of the base that were not."""
    base, head = comparison.base.reach, comparison.head.reach
    guards = [one for _, one in changed_policies(comparison) if kind_of(one) == AUTHORIZATION_POLICY]
    for topic in TOPICS.values():
        passed = {key_of(call) for call in base.calls(topic) if not base.stops(call)}
        for call in head.calls(topic):
            if key_of(call) in passed:
                for stop in head.stops(call):
                    names = tuple(str(policy.manifest.ref) for policy in stop.policies)
                    yield Shut(call=call, is_ingress=stop.direction == INGRESS, policies=names, doubt=stop.doubt)
        if guards:
            before = refused(comparison.base, topic)
            for key, shut in refused(comparison.head, topic).items():
                if key in passed and key not in before:
                    yield shut


def refused(world: World, topic: object) -> dict[tuple[str, str, str], Shut]:
    """What the mesh refuses."""
    found = {}
    for guard in world.by_kind.get(AUTHORIZATION_POLICY, ()):
        for one in world.reach.refused_by(guard, topic):  # type: ignore[arg-type]
            names = tuple(str(each.manifest.ref) for each in one.guards)
            found[key_of(one.call)] = Shut(call=one.call, is_ingress=True, policies=names, doubt=one.doubt)
    return found


def key_of(call: Call) -> tuple[str, str, str]:
    """The same call at another revision."""
    return call.source.name, call.target.name, call.port


def of_known(comparison: Comparison, ref: Ref, same: list[Shut], *, is_ingress: bool, doubt: str) -> Iterator[Effect]:
    """One kind of pods, with all that reach it no more, or that it reaches no more."""
    others = [
        f"{(one.call.source if is_ingress else one.call.target).name} on {one.call.port} ({one.call.why})"
        for one in same
    ]
    says = "is reached no more by" if is_ingress else "reaches no more"
    for owner in comparison.head.inventory.by_ref.get(ref, ())[:1]:
        yield effect(
            comparison.head,
            owner,
            "caller-shut-out",
            topic=Topic.TRAFFIC,
            weight=Weight.DANGER,
            says=f"{says} {listed(list(dict.fromkeys(others)))}",
            why=listed(list(dict.fromkeys(name for one in same for name in one.policies))),
            fix="Allow it in a policy in the same step, or change the caller first",
            doubt=doubt,
        )


CODES = {
    (True, True): ("callers-let-in", "may be called by"),
    (True, False): ("callers-kept-out", "cannot be called any more by"),
    (False, True): ("ways-out-opened", "may call"),
    (False, False): ("ways-out-closed", "cannot call any more"),
}
"""Whether it is about what comes in, and whether it is open now."""


def of_ways(comparison: Comparison, told: set[tuple[str, str]]) -> Iterator[Effect]:
    """All others that may reach pods now, or may not."""
    groups: dict[tuple[Ref, str, bool], list[Way]] = defaultdict(list)
    for way in ways_of(comparison):
        if (way.source, way.target) not in told:
            groups[way.owner, way.direction, way.is_open].append(way)
    for (ref, direction, is_open), same in sorted(groups.items()):
        for owner in comparison.head.inventory.by_ref.get(ref, ())[:1]:
            yield of_group(comparison, owner, same, direction == INGRESS, is_open)


def of_group(comparison: Comparison, owner: Manifest, same: Sequence[Way], is_ingress: bool, is_open: bool) -> Effect:
    """One kind of pods, one direction, opened or closed."""
    code, does = CODES[is_ingress, is_open]
    names = [f"{way.source if is_ingress else way.target} on {way.ports}" for way in same]
    names = [
        name.replace(EVERYBODY, "everybody whom no policy names" if not is_open else EVERYBODY, 1) for name in names
    ]
    is_general = all(EVERYBODY in (way.source, way.target) for way in same)
    return effect(
        comparison.head,
        owner,
        code,
        topic=Topic.TRAFFIC,
        weight=Weight.NOTE if is_general and not is_open else Weight.ATTENTION,
        says=f"{does} {listed(list(dict.fromkeys(names)))}",
        why=listed(list(dict.fromkeys(way.why for way in same))),
    )
