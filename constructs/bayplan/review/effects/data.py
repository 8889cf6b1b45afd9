"""What is lost and does not come back: claims and their volumes, databases, what sets keep for their pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.data_reclaim import Reclaim, reclaim_of
from bayplan.review.effects.data_sets import of_sets
from bayplan.review.effects.effect import effect
from bayplan.review.effects.pruning import KEEP, UNGIVEN
from bayplan.review.effects.pruning_leaving import leaving
from bayplan.review.effects.pruning_words import CAREFUL
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.changes import forced, is_left_alone
from bayplan.validation.immutable import refused_changes
from bayplan.validation.kinds import kind_of
from bayplan.validation.rules.change.pruning_takes_what_holds_others import HOLDS
from bayplan.validation.storage import CLAIM, VOLUME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison
    from bayplan.review.effects.pruning_fate import Fate

CASCADES = ("CustomResourceDefinition.apiextensions.k8s.io", "Namespace")
"""Kinds that are told by themselves."""


def effects(comparison: Comparison) -> Iterator[Effect]:
    """All data that go with this change."""
    if comparison.name == UNGIVEN:
        return
    for gone, fate in leaving(comparison):
        kind = kind_of(gone)
        if kind in HOLDS and kind not in CASCADES:
            yield from of_claim(comparison, gone, fate) if kind == CLAIM else of_other(comparison, gone, fate)
    yield from of_sets(comparison)
    yield from of_force(comparison)


def of_claim(comparison: Comparison, gone: Manifest, fate: Fate) -> Iterator[Effect]:
    """What becomes of the volume of a claim."""
    reclaim = reclaim_of(comparison.base, gone)
    if reclaim.policy == "Retain":
        yield effect(
            comparison.base,
            gone,
            "volume-left-behind",
            topic=Topic.DATA,
            weight=Weight.ATTENTION,
            says="leaves its volume behind with all data in it, and no new claim gets that by itself",
            why=f"{fate.why}; {reclaim.why}",
            fix="To use it again, write a PersistentVolume for it and a claim that names it; else delete it by hand",
            doubt=fate.doubt,
        )
        return
    users = [one.owner for one in comparison.head.storage.users(gone.ref.namespace, gone.ref.name)]
    names = ", ".join(sorted({str(one.ref) for one in users}))
    waits = f"; {names} still needs it, and what starts anew waits for it in vain" if names else ""
    yield effect(
        comparison.base,
        gone,
        "data-lost",
        topic=Topic.DATA,
        weight=Weight.DANGER,
        says=f"loses all data in it{waits}",
        why=f"{fate.why}; {reclaim.why}",
        fix=KEEP,
        doubt=fate.doubt or unsure(reclaim),
    )


def unsure(reclaim: Reclaim) -> str:
    """Why the data may stay after all."""
    return "" if reclaim.policy else "its volume may be kept, which this tree does not say"


def of_other(comparison: Comparison, gone: Manifest, fate: Fate) -> Iterator[Effect]:
    """A database, a bucket, a volume."""
    kind = kind_of(gone)
    if kind == VOLUME:
        says, doubt = (
            "is given up: whatever claims it loses its data from sight",
            "the data themselves stay where they are",
        )
    else:
        says, doubt = f"takes {HOLDS[kind]} with it", CAREFUL.get(kind, "")
    yield effect(
        comparison.base,
        gone,
        "data-lost",
        topic=Topic.DATA,
        weight=Weight.DANGER,
        says=says,
        why=fate.why,
        fix=KEEP,
        doubt=fate.doubt or doubt,
    )


def of_force(comparison: Comparison) -> Iterator[Effect]:
    """Claims that the API server does not change, and that Flux deletes and makes anew by force."""
    for pair in comparison.changed:
        if kind_of(pair.after) != CLAIM or not forced(comparison.head, pair.after) or is_left_alone(pair.after):
            continue
        refused = [*refused_changes(CLAIM, pair.before.body, pair.after.body)]
        reclaim = reclaim_of(comparison.base, pair.before)
        if refused and reclaim.policy != "Retain":
            yield effect(
                comparison.head,
                pair.after,
                "data-lost",
                topic=Topic.DATA,
                weight=Weight.DANGER,
                says="loses all data in it, once the pods that use it have ended: the new claim begins empty",
                pointer=refused[0].pointer,
                why=f"{refused[0].what} cannot change, and Flux is told to use force; {reclaim.why}",
                fix="Keep the old value, or make a second claim with another name and copy the data",
                doubt=refused[0].doubt or unsure(reclaim),
            )
