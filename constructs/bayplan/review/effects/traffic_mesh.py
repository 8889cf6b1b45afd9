"""Plain text between pods: where PeerAuthentications take it no more, or take it again, and who still speaks it.

Source: <https://istio.io/latest/docs/reference/config/security/peer_authentication/>
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.pruning_fate import fates
from bayplan.review.effects.traffic_words import listed, went
from bayplan.review.review import Effect, Topic, Weight
from bayplan.review.traffic import ways_of
from bayplan.validation.fields import text_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.injection import is_in_mesh
from bayplan.validation.mesh.kinds import AUTHORIZATION, PEER_AUTHENTICATION, REQUEST_AUTHENTICATION
from bayplan.validation.mesh.mtls import PLAIN, STRICT, mode_of
from bayplan.validation.reachability.graph import TOPICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.review.comparison import Comparison
    from bayplan.validation.mesh.workloads import Workload
    from bayplan.validation.world import World

AT_REQUESTS = (AUTHORIZATION, REQUEST_AUTHENTICATION)
WORDS = {STRICT: "mutual TLS alone", PLAIN: "plain text alone"}
BOTH = "mutual TLS and plain text"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every policy that makes pods take other calls than before."""
    yield from of_requests(comparison)
    policies = {one.ref: (world, one) for world, one in changed(comparison)}
    if not policies:
        return
    before, after = (modes(world) for world in (comparison.base, comparison.head))
    groups: dict[tuple[Ref, str, str], list[Workload]] = defaultdict(list)
    for key in sorted(before.keys() & after.keys()):
        (_, old, old_by), (workload, new, new_by) = before[key], after[key]
        if old != new:
            ref = next((by for by in (new_by, old_by) if by in policies), None) or next(iter(policies))
            groups[ref, old, new].append(workload)
    for (ref, old, new), same in groups.items():
        yield told(comparison, policies[ref], same, old, new)


def of_requests(comparison: Comparison) -> Iterator[Effect]:
    """Policies that only look at requests otherwise: at tokens, methods, paths, hosts."""
    if not any(kind_of(pair.after) in AT_REQUESTS for pair in comparison.changed):
        return
    seen = {name for way in ways_of(comparison) for name in way.why.split(", ")}
    for pair in comparison.changed:
        if kind_of(pair.after) in AT_REQUESTS and str(pair.after.ref) not in seen:
            parts = [one for one in pair.parts if one.path.startswith("spec")]
            told = [f"{one.path} {went(one.before, one.after)}" for one in parts]
            if told:
                yield effect(
                    comparison.head,
                    pair.after,
                    "policy-changes",
                    topic=Topic.TRAFFIC,
                    weight=Weight.ATTENTION,
                    says=f"lets in and refuses otherwise, by {listed(told)}",
                    pointer=parts[0].pointer,
                )


def changed(comparison: Comparison) -> Iterator[tuple[World, Manifest]]:
    """The policies that are otherwise; those that are gone as they were."""
    yield from ((comparison.head, one.after) for one in comparison.changed if kind_of(one.after) == PEER_AUTHENTICATION)
    yield from ((comparison.head, one) for one in comparison.added if kind_of(one) == PEER_AUTHENTICATION)
    for gone in comparison.removed:
        if kind_of(gone) == PEER_AUTHENTICATION and fates(comparison).of(gone).is_deleted:
            yield comparison.base, gone


def modes(world: World) -> dict[tuple[Ref, str], tuple[Workload, str, Ref | None]]:
    """What pods of the mesh take, and the policy that says so."""
    found = {}
    for one in world.mesh.workloads.all:
        if one.pod is not None and is_in_mesh(one.pod, world) is True:
            mode = mode_of(one, None, world)
            name = WORDS.get(mode.name, BOTH)
            found[one.pod.owner.ref, one.pod.role] = (one, name, mode.policy.ref if mode.policy else None)
    return found


def told(comparison: Comparison, policy: tuple[World, Manifest], same: list[Workload], old: str, new: str) -> Effect:
    """One policy and the pods that it is about."""
    names = listed(sorted({str(one.owner.ref) for one in same if one.owner}))
    is_gone = policy[0] is comparison.base
    refuses = new == WORDS[STRICT]
    plain = callers(comparison.head, same) if refuses else []
    says = f"makes {names} take {new} (before: {old})"
    says += f"; {listed(plain)} calls without it, and is refused" if plain else ""
    return effect(
        *policy,
        "plain-text-refused" if refuses else "plain-text-accepted",
        topic=Topic.TRAFFIC,
        weight=Weight.DANGER if plain else Weight.ATTENTION,
        says=says,
        why="it is not there any more"
        if is_gone
        else f"mode {text_at(policy[1].body, 'spec', 'mtls', 'mode') or 'UNSET'}",
        pointer="" if is_gone else "/spec/mtls/mode",
        doubt=fates(comparison).of(policy[1]).doubt if is_gone else "",
        fix="Take the callers into the mesh first, or set PERMISSIVE for the port that they call" if plain else "",
    )


def callers(world: World, same: list[Workload]) -> list[str]:
    """Known callers of these pods that are surely not in the mesh."""
    pods = {id(one.pod) for one in same}
    found = []
    for topic in TOPICS.values():
        for call in world.reach.calls(topic):
            is_outside = call.source.pod is not None and is_in_mesh(call.source.pod, world) is False
            if is_outside and any(id(target.pod) in pods for target in call.targets):
                found.append(f"{call.source.name} on {call.port} ({call.why})")
    return list(dict.fromkeys(found))
