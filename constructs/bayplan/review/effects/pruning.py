"""What Flux deletes because it has left the tree, and what stays in the cluster although it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.pruning_fate import Fate, fates
from bayplan.review.effects.pruning_words import counted, goes_with, weight_of
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.delivery import FLUX
from bayplan.validation.kinds import kind_of
from bayplan.validation.rules.change.pruning_takes_what_holds_others import HOLDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.review.comparison import Comparison
    from bayplan.validation.world import World

UNGIVEN = "?"
"""Name of the share of a tree that no cluster is given: nothing of it is applied."""
KEEP = "Put it back, or let it stay with kustomize.toolkit.fluxcd.io/prune: disabled one commit before it leaves"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every object that has left the tree."""
    if comparison.name == UNGIVEN:
        return
    again = made_again(comparison)
    for gone in comparison.removed:
        fate = fates(comparison).of(gone)
        if fate.is_deleted:
            yield pruned(comparison.base, gone, fate, again.get((kind_of(gone), gone.ref.name)))
        else:
            yield left_behind(comparison.base, gone, fate)


def made_again(comparison: Comparison) -> dict[tuple[str, str], Ref]:
    """New objects by kind and name: of what was moved to another namespace, this is the other half."""
    return {(kind_of(one), one.ref.name): one.ref for one in comparison.added if one.ref.namespace}


def pruned(world: World, gone: Manifest, fate: Fate, again: Ref | None) -> Effect:
    """An object that the cluster loses."""
    pods = stopped(world, gone)
    weight = Weight.DANGER if fate.by == gone.ref else weight_of(gone, pods, world)
    says = "is deleted" + counted(gone, pods) + goes_with(gone)
    if again is not None and again.namespace != gone.ref.namespace:
        says += f"; {again} takes its place and is made anew"
    return effect(
        world,
        gone,
        "object-pruned",
        topic=Topic.PRUNE,
        weight=weight,
        says=says,
        why=fate.why,
        fix=KEEP if kind_of(gone) in HOLDS or fate.by == gone.ref else "",
        doubt=fate.doubt,
        pods=pods or 0,
        pods_down=pods or 0,
    )


def stopped(world: World, gone: Manifest) -> int | None:
    """The pods that end with an object; None where the tree does not say how many there are."""
    pods = world.pods.made_by(gone)
    counts = [one.count.most for one in pods if one.count.most == one.count.least]
    if len(counts) < len(pods) or (pods and world.scaling.of(gone.ref)):
        return None
    return sum(count for count in counts if count is not None)


def left_behind(world: World, gone: Manifest, fate: Fate) -> Effect:
    """An object that stays in the cluster and that nothing in the tree speaks of."""
    pods = stopped(world, gone)
    runs = f" with its {pods} pods" if pods and pods > 1 else " with its pod" if pods else ""
    runs += f" with {HOLDS[kind_of(gone)]}" if kind_of(gone) in HOLDS else ""
    is_back = "suspended" in fate.why
    return effect(
        world,
        gone,
        "object-left-behind",
        topic=Topic.PRUNE,
        weight=Weight.ATTENTION,
        says=f"stays in the cluster{runs}, and nothing keeps it as it should be any more",
        why=fate.why,
        fix="" if is_back else by_hand(gone),
        doubt=fate.doubt,
    )


def by_hand(gone: Manifest) -> str:
    """How a person deletes an object, and what that does."""
    ref = gone.ref
    more = ", which deletes all that it has applied" if kind_of(gone) == FLUX else ""
    where = f" -n {ref.namespace}" if ref.namespace else ""
    kind = f"{ref.kind}.{ref.group}" if ref.group else ref.kind
    return f"Delete it by hand once nobody needs it{more}: kubectl delete {kind.lower()} {ref.name}{where}"
