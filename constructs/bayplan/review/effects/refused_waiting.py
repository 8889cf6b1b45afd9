"""Where Flux stops: which Kustomization, who waits for it, and what else does not happen because of it.

Flux applies the objects of a Kustomization in three stages: definitions and Namespaces, classes, all others. It tries
all objects of a stage before it applies any of them; at the first that is refused it gives up, prunes nothing, and is
not ready. What depends on it waits, and what depends on who applies it and waits for its health.
Source: <https://github.com/fluxcd/pkg/blob/ssa/v0.76.2/ssa/manager_apply.go>, `ApplyAllStaged`
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from bayplan.review.effects.pruning_fate import fates
from bayplan.review.effects.refused_outdated import REFUSING, outdated
from bayplan.review.effects.refused_parts import refusals
from bayplan.review.effects.refused_policies import denials
from bayplan.review.review import Effect, Topic
from bayplan.validation.fields import value_at
from bayplan.validation.finding import Status
from bayplan.validation.once import once
from bayplan.validation.syncs import SYNC_KINDS, dependencies_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.review.comparison import Comparison
    from bayplan.validation.world import World

FIRST = frozenset(
    {
        ("CustomResourceDefinition", "apiextensions.k8s.io"),
        ("Namespace", ""),
        ("ClusterRole", "rbac.authorization.k8s.io"),
    }
)
LAST = 2
"""The stage of all others."""
STANDING_STILL = frozenset({"object-left-behind"})
"""Effects that are all the surer where Flux applies nothing."""
SHOWN = 3
"""Names that are told before the rest is counted."""


class Standing(NamedTuple):
    """Why a Kustomization applies nothing of a change."""

    why: str
    is_own: bool = False
    """Whether one of its own objects is refused."""
    since: int = 0
    """The first stage that is not applied."""


LEAVING: WeakKeyDictionary[Comparison, frozenset[str]] = WeakKeyDictionary()
COUNTS: WeakKeyDictionary[Comparison, Counter[tuple[Ref, int]]] = WeakKeyDictionary()
WRONG: WeakKeyDictionary[Comparison, frozenset[Ref]] = WeakKeyDictionary()
REASONS: WeakKeyDictionary[Comparison, Mapping[Ref, Standing]] = WeakKeyDictionary()


def stops_at(comparison: Comparison, manifest: Manifest) -> str:
    """What the refusal of an object means for the others of its Kustomization and for those that wait."""
    sync = sync_of(comparison.head, manifest)
    if sync is None:
        return ""
    waiting = sorted(one.name for one in waiting_for(comparison.head, sync.ref))
    names = ", ".join(waiting[:SHOWN]) + (f" and {len(waiting) - SHOWN} more" if waiting[SHOWN:] else "")
    waits = f"; {names} {'waits' if len(waiting) == 1 else 'wait'} for it" if waiting else ""
    others = changes_of(comparison, sync.ref, stage(manifest.ref))
    kept = f" and applies none of its {others} changes" if others > 1 else ""
    return f"; Flux stops at Kustomization {sync.ref.name}{kept}{waits}"


def sync_of(world: World, manifest: Manifest) -> Manifest | None:
    """The Flux Kustomization that applies an object."""
    return world.changes.applied.get(id(manifest)) if world.changes else None


def waiting_for(world: World, ref: Ref) -> set[Ref]:
    """Kustomizations that cannot go on before this one is ready: those that depend on it, and so on."""
    found: set[Ref] = set()
    unready, todo = {ref}, [ref]
    while todo:
        now = todo.pop()
        found.update(one for one in waiters(world).get(now, ()) if one != ref)
        parent = world.delivered.applied_by.get(now)
        watching = [parent.ref] if parent is not None and value_at(parent.body, "spec", "wait") is True else []
        new = [one for one in (*waiters(world).get(now, ()), *watching) if one not in unready]
        unready.update(new)
        todo += new
    return found


@once
def waiters(world: World) -> Mapping[Ref, list[Ref]]:
    """Kustomization to those that wait for it."""
    found: dict[Ref, list[Ref]] = defaultdict(list)
    for kind in SYNC_KINDS:
        for manifest in world.by_kind.get(kind, ()):
            for one in dependencies_of(manifest):
                found[one.target].append(manifest.ref)
    return found


def stage(ref: Ref) -> int:
    """When an object is applied, among those of its Kustomization."""
    if (ref.kind, ref.group) in FIRST:
        return 0
    return 1 if ref.kind.endswith("Class") else LAST


def changes_of(comparison: Comparison, sync: Ref, since: int) -> int:
    """How many objects of a Kustomization are new or changed, from a stage on."""
    if comparison not in COUNTS:
        counts: Counter[tuple[Ref, int]] = Counter()
        for one in (*comparison.added, *(pair.after for pair in comparison.changed)):
            owner = sync_of(comparison.head, one)
            if owner is not None:
                counts[owner.ref, stage(one.ref)] += 1
        COUNTS[comparison] = counts
    return sum(COUNTS[comparison][sync, one] for one in range(since, LAST + 1))


def standing(comparison: Comparison) -> Mapping[Ref, Standing]:
    """Kustomizations that apply nothing of this change."""
    if comparison not in REASONS:
        REASONS[comparison] = of_refusals(comparison, suspended(comparison.head))
    return REASONS[comparison]


def suspended(world: World) -> dict[Ref, Standing]:
    """Kustomizations that wait for somebody."""
    return {
        one.ref: Standing(f"Kustomization {one.ref.name} is suspended, and applies nothing")
        for one in world.by_kind.get(SYNC_KINDS[0], ())
        if value_at(one.body, "spec", "suspend") is True
    }


def of_refusals(comparison: Comparison, found: dict[Ref, Standing]) -> dict[Ref, Standing]:
    """Those that stop at what is refused, and those that wait for them."""
    for manifest in refused(comparison):
        sync = sync_of(comparison.head, manifest)
        if sync is None:
            continue
        known, since = found.get(sync.ref), stage(manifest.ref)
        if known is None or (known.is_own and since < known.since):
            why = f"Flux stops at Kustomization {sync.ref.name} before that ({manifest.ref})"
            found[sync.ref] = Standing(why, is_own=True, since=since)
    for ref, reason in [*found.items()]:
        for one in waiting_for(comparison.head, ref) if reason.is_own else ():
            if one not in found or found[one].is_own:
                found[one] = Standing(f"Kustomization {one.name} waits for {ref.name}, where Flux stops")
    return found


def refused(comparison: Comparison) -> Iterator[Manifest]:
    """Every object that is surely not taken: what of it are findings of `check` is told there."""
    for refusal in refusals(comparison).values():
        if not refusal.is_forced and not refusal.doubt:
            yield refusal.pair.after
    forgiven: set[Ref] = set()
    for _, broken in outdated(comparison):
        yield from (one.manifest for one in broken if one.is_now)
        forgiven |= {one.manifest.ref for one in broken}
    for ref in sorted(wrong(comparison) - forgiven):
        yield from comparison.head.inventory.by_ref.get(ref, ())


def wrong(comparison: Comparison) -> frozenset[Ref]:
    """Objects that the API server or a policy refuses by themselves, whatever was before."""
    if comparison not in WRONG:
        told = (one for one in comparison.told if one.rule in REFUSING and one.status is Status.BROKEN)
        denied = (one.manifest.ref for one in denials(comparison) if not one.doubt)
        WRONG[comparison] = frozenset((*(one.ref for one in told), *denied))
    return WRONG[comparison]


def held_back(comparison: Comparison, effect: Effect) -> Effect:
    """An effect as it is, or in doubt where Flux does not come to it."""
    if effect.doubt or effect.code in STANDING_STILL:
        return effect
    if effect.topic is Topic.ROLLOUT and effect.ref.namespace in leaving(comparison):
        return replace(effect, doubt=f"Namespace {effect.ref.namespace} is deleted in the same step")
    is_refusal = effect.topic is Topic.APPLY
    if not is_refusal and effect.ref in wrong(comparison):
        return replace(effect, doubt="the API server does not take the object as it is")
    for sync in syncs_of(comparison, effect.ref):
        reason = standing(comparison).get(sync.ref)
        if reason is not None and stage(effect.ref) >= reason.since and not (is_refusal and reason.is_own):
            return replace(effect, doubt=reason.why)
    return effect


def leaving(comparison: Comparison) -> frozenset[str]:
    """Namespaces that are deleted with all that is in them."""
    if comparison not in LEAVING:
        gone = (one for one in comparison.removed if (one.ref.kind, one.ref.group) == ("Namespace", ""))
        LEAVING[comparison] = frozenset(one.ref.name for one in gone if fates(comparison).of(one).is_deleted)
    return LEAVING[comparison]


def syncs_of(comparison: Comparison, ref: Ref) -> Iterator[Manifest]:
    """Who applies an object, or has applied it."""
    for manifest in comparison.head.inventory.by_ref.get(ref, ()):
        sync = sync_of(comparison.head, manifest)
        if sync is not None:
            yield sync
    if ref not in comparison.head.inventory.by_ref and comparison.head.changes:
        for manifest in comparison.base.inventory.by_ref.get(ref, ()):
            old = comparison.head.changes.applied_before.get(id(manifest))
            if old is not None:
                yield old
