"""Where Flux stops: which Kustomization, and who waits for it.

Flux applies the objects of a Kustomization in three stages: definitions and Namespaces, classes, all others. It tries
all objects of a stage before it applies any of them; at the first that is refused it gives up, prunes nothing, and is
not ready. What depends on it waits, and what depends on who applies it and waits for its health.
Source: <https://github.com/fluxcd/pkg/blob/ssa/v0.76.2/ssa/manager_apply.go>, `ApplyAllStaged`
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from bayplan.review.effects.refused_objects import refused
from bayplan.validation.fields import value_at
from bayplan.validation.once import once
from bayplan.validation.syncs import SYNC_KINDS, dependencies_of

if TYPE_CHECKING:
    from collections.abc import Mapping

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
SHOWN = 3
"""Names that are told before the rest is counted."""


class Standing(NamedTuple):
    """Why a Kustomization applies nothing of a change."""

    why: str
    is_own: bool = False
    """Whether one of its own objects is refused."""
    since: int = 0
    """The first stage that is not applied."""


COUNTS: WeakKeyDictionary[Comparison, Counter[tuple[Ref, int]]] = WeakKeyDictionary()
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
