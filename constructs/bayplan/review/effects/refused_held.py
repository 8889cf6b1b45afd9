"""What does not happen, or perhaps not, because Flux does not come to it or the object is not taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bayplan.review.effects.pruning_fate import fates
from bayplan.review.effects.refused_objects import wrong
from bayplan.review.effects.refused_waiting import stage, standing, sync_of
from bayplan.review.review import Effect, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.review.comparison import Comparison

STANDING_STILL = frozenset({"object-left-behind"})
"""Effects that are all the surer where Flux applies nothing."""
LEAVING: WeakKeyDictionary[Comparison, frozenset[str]] = WeakKeyDictionary()


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
