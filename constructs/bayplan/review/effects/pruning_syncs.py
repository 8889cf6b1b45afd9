"""Flux Kustomizations that stand still, begin again, or find nothing any more: what that means for their objects."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.pruning import UNGIVEN
from bayplan.review.effects.pruning_fate import RACE, fates
from bayplan.review.effects.rollout_change import several
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.delivery import FLUX
from bayplan.validation.fields import text_at, value_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.review.comparison import Comparison
    from bayplan.validation.world import World


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every Flux Kustomization of which more is to be told than of its objects."""
    if comparison.name == UNGIVEN:
        return
    for pair in comparison.pairs:
        if kind_of(pair.after) == FLUX:
            yield from of_sync(comparison, pair.before, pair.after)
    for gone in comparison.removed:
        if kind_of(gone) == FLUX and fates(comparison).has_lost_its_folder(gone):
            yield pathless(comparison.base, gone, count(comparison.base, gone.ref))


def of_sync(comparison: Comparison, was: Manifest, now: Manifest) -> Iterator[Effect]:
    """What becomes of one Kustomization."""
    head = comparison.head
    if fates(comparison).misses_its_folder(was, now):
        if not fates(comparison).missed_its_folder(was):
            yield pathless(head, now, count(comparison.base, now.ref))
        return
    was_idle, is_idle = (value_at(one.body, "spec", "suspend") is True for one in (was, now))
    if is_idle and not was_idle:
        yield suspended(head, now, count(comparison.base, now.ref), waiting(comparison, now.ref))
    elif is_idle:
        changes = waiting(comparison, now.ref)
        if changes:
            yield still_suspended(head, now, changes)
    elif was_idle:
        yield resumed(head, now, waiting(comparison, now.ref))
    if value_at(was.body, "spec", "prune") is True and value_at(now.body, "spec", "prune") is not True:
        says, why = "deletes nothing any more: what leaves the tree stays in the cluster", "prune: true → false"
        yield told(head, now, "pruning-ends", says=says, at="/spec/prune", why=why)


def suspended(world: World, sync: Manifest, objects: int, changes: int) -> Effect:
    """It stops now."""
    says = "stands still, and no change in git is applied or deleted until that ends"
    says += f"; its {several(objects, 'object')} stay as they are" if objects > 1 else ""
    says += f"; {several(changes, 'change')} of this step with it" if changes else ""
    why, fix = "suspend: true", "Set suspend: false to go on"
    return told(
        world, sync, "sync-suspended", says=says, at="/spec/suspend", why=why, fix=fix, doubt=RACE if changes else ""
    )


def still_suspended(world: World, sync: Manifest, changes: int) -> Effect:
    """It has stopped before, and what is changed has no effect."""
    says = (
        f"is suspended: {several(changes, 'change')} of this step {'wait' if changes > 1 else 'waits'} until that ends"
    )
    why, fix = "suspend: true", "Set suspend: false to apply them"
    return told(world, sync, "changes-wait", says=says, at="/spec/suspend", why=why, fix=fix)


def resumed(world: World, sync: Manifest, changes: int) -> Effect:
    """It goes on."""
    says = "goes on, and applies and deletes all that has changed in git since it was suspended"
    says += f"; {changes} of it in this step" if changes else ""
    return told(world, sync, "sync-resumed", says=says, at="/spec/suspend", why="suspend: true → false")


def pathless(world: World, sync: Manifest, objects: int) -> Effect:
    """It fails from now on: Flux deletes nothing of a folder that is not there, unlike of one that is empty."""
    path = text_at(sync.body, "spec", "path")
    says = "fails from now on: it applies nothing and deletes nothing"
    says += (
        f", and its {several(objects, 'object')} {'stay' if objects > 1 else 'stays'} in the cluster" if objects else ""
    )
    return told(
        world,
        sync,
        "sync-finds-no-path",
        says=says,
        weight=Weight.BLOCKED,
        at="/spec/path",
        why=f"{path} is not there any more",
        fix=f"To take them away, leave {path} with an empty kustomization.yaml for one revision",
    )


def told(  # the same words for all that is told of a Kustomization
    world: World,
    sync: Manifest,
    code: str,
    *,
    says: str,
    at: str,
    why: str,
    weight: Weight = Weight.ATTENTION,
    fix: str = "",
    doubt: str = "",
) -> Effect:
    """An effect on a Kustomization."""
    return effect(
        world, sync, code, topic=Topic.PRUNE, weight=weight, says=says, pointer=at, why=why, fix=fix, doubt=doubt
    )


def count(world: World, sync: Ref) -> int:
    """The objects that a Kustomization applies, without itself."""
    return per_sync(world)[sync]


@once
def per_sync(world: World) -> Counter[Ref]:
    """The same of all Kustomizations."""
    owners = ((one.ref, world.delivered.owners.get(id(one), ())) for one in world.inventory.manifests)
    return Counter(owner.ref for ref, same in owners for owner in same if owner.ref != ref)


def waiting(comparison: Comparison, sync: Ref) -> int:
    """The objects of a Kustomization that are otherwise in this step."""
    before, now = comparison.base.delivered.owners, comparison.head.delivered.owners
    changed = [(now, one.after) for one in comparison.changed] + [(now, one) for one in comparison.added]
    changed += [(before, one) for one in comparison.removed]
    return sum(any(owner.ref == sync for owner in owners.get(id(one), ())) for owners, one in changed)
