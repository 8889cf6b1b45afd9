"""Objects that go from one Flux Kustomization to another, and who of the two is first.

The new one puts its labels on what it applies, and the old one then leaves it alone. Where the old one is first, it
deletes the object, and the new one makes it anew: what ran goes down, and data go with it.

Source: <https://fluxcd.io/flux/faq/#how-to-safely-move-resources-from-one-dir-to-another>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.pruning import UNGIVEN, pruned, stopped
from bayplan.review.effects.pruning_fate import fates
from bayplan.review.effects.pruning_leaving import unapplied
from bayplan.review.effects.pruning_words import QUIET, counted
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.fields import value_at
from bayplan.validation.flux.sources import source_of
from bayplan.validation.kinds import kind_of
from bayplan.validation.syncs import dependencies_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.review.comparison import Comparison, Pair
    from bayplan.review.effects.pruning_fate import Fate
    from bayplan.validation.world import World

FIX = "Annotate it with kustomize.toolkit.fluxcd.io/prune: disabled in a commit before it moves"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every object whose Kustomization is another."""
    if comparison.name == UNGIVEN:
        return
    for gone, fate in unapplied(comparison):
        yield pruned(comparison.base, gone, fate, None)
    before, now = comparison.base.delivered.owners, comparison.head.delivered.owners
    for pair in comparison.pairs:
        old, new = before.get(id(pair.before), ()), now.get(id(pair.after), ())
        if len(old) == len(new) == 1 and old[0].ref != new[0].ref and new[0].ref not in fates(comparison).lost:
            yield moved(comparison, pair, old[0], new[0])


def moved(comparison: Comparison, pair: Pair, old: Manifest, new: Manifest) -> Effect:
    """One object, from one Kustomization to another."""
    fate = fates(comparison).of(pair.before)
    waits = waits_for(comparison.head, old.ref, new.ref)
    if fate.is_deleted and not waits:
        if waits_for(comparison.head, new.ref, old.ref) and value_at(new.body, "spec", "suspend") is not True:
            return replaced(comparison, pair, fate, old, new)
        return raced(comparison, pair, fate, old, new)
    reason = f"{old.ref} waits for {new.ref}, which takes it over first" if waits else fate.why
    return effect(
        comparison.head,
        pair.after,
        "object-changes-hands",
        topic=Topic.PRUNE,
        weight=Weight.NOTE,
        says=f"goes from {old.ref} to {new.ref} and stays as it is",
        why=reason,
        doubt=fate.doubt,
    )


def waits_for(world: World, sync: Ref, other: Ref) -> bool:
    """Whether a Kustomization waits until another one has applied the same revision: both take it from one source."""
    todo, seen = [sync], {sync}
    source = {source_of(one) for one in world.inventory.by_ref.get(other, ())}
    while todo:
        for one in world.inventory.by_ref.get(todo.pop(), ()):
            if source != {source_of(one)}:
                continue
            new = {each.target for each in dependencies_of(one)} - seen
            if other in new:
                return True
            seen |= new
            todo += new
    return False


def replaced(comparison: Comparison, pair: Pair, fate: Fate, old: Manifest, new: Manifest) -> Effect:
    """The old owner is surely first, since the new one waits for it."""
    pods = stopped(comparison.base, pair.before)
    is_quiet = kind_of(pair.before) in QUIET and not pods
    return effect(
        comparison.head,
        pair.after,
        "object-replaced",
        topic=Topic.PRUNE,
        weight=Weight.ATTENTION if is_quiet else Weight.DANGER,
        says=f"is deleted{counted(pair.before, pods)} by {old.ref}, and made anew by {new.ref}, which waits for it",
        why=fate.why,
        fix=FIX,
        doubt=fate.doubt,
        pods=pods or 0,
        pods_down=pods or 0,
    )


def raced(comparison: Comparison, pair: Pair, fate: Fate, old: Manifest, new: Manifest) -> Effect:
    """The old owner deletes it unless the new one is first."""
    pods = stopped(comparison.base, pair.before)
    is_quiet = kind_of(pair.before) in QUIET and not pods
    is_idle = value_at(new.body, "spec", "suspend") is True
    after = f"while {new.ref} is suspended, nobody makes it anew" if is_idle else f"{new.ref} makes it anew then"
    return effect(
        comparison.head,
        pair.after,
        "object-may-be-made-anew",
        topic=Topic.PRUNE,
        weight=Weight.ATTENTION if is_quiet else Weight.DANGER,
        says=f"goes from {old.ref} to {new.ref}, and may be deleted{counted(pair.before, pods)} on the way; {after}",
        why=fate.why,
        fix=FIX,
        doubt=fate.doubt or ("" if is_idle else f"where {new.ref} is first, it stays as it is"),
        pods=pods or 0,
        pods_down=pods or 0,
    )
