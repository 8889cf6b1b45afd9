"""Autoscalers that come, go, or scale between other numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.ownership_replicas import contested, settled
from bayplan.review.effects.rollout_change import several
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.changes import is_left_alone
from bayplan.validation.fields import value_at, whole_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.scaling import AUTOSCALER_KINDS, HPA, Autoscaler, autoscaler_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair

COUNT = "how many pods run at that moment no file shows"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every autoscaler that is new, gone or otherwise."""
    for manifest in comparison.added:
        if kind_of(manifest) in AUTOSCALER_KINDS:
            yield from taken_over(comparison, autoscaler_of(manifest))
    for manifest in comparison.removed:
        if kind_of(manifest) in AUTOSCALER_KINDS:
            yield from let_go(comparison, autoscaler_of(manifest))
    for pair in comparison.changed:
        if kind_of(pair.after) in AUTOSCALER_KINDS and not is_left_alone(pair.after):
            yield from otherwise(comparison, pair)


def taken_over(comparison: Comparison, autoscaler: Autoscaler) -> Iterator[Effect]:
    """An autoscaler that is new."""
    target, before = found(comparison, autoscaler)
    if target is None or before is None or len(comparison.base.scaling.of(autoscaler.target)) > 0:
        return  # all is new, or only the autoscaler's name is
    number = whole_at(target.body, "spec", "replicas")
    if number == 0:
        return
    if number is not None:
        if number == whole_at(before.body, "spec", "replicas"):
            yield contested(comparison, target, number, autoscaler, f"{autoscaler.manifest.ref} is new")
        return
    if whole_at(before.body, "spec", "replicas") is None:
        yield started(comparison, autoscaler, 1)


def started(comparison: Comparison, autoscaler: Autoscaler, was: int) -> Effect:
    """What a workload without a number gets of its first autoscaler."""
    more = autoscaler.lowest - was
    at_once = f", and starts {several(more, 'pod')} more at once" if more > 0 else ""
    return effect(
        comparison.head,
        autoscaler.manifest,
        "autoscaler-starts",
        topic=Topic.OWNERSHIP,
        weight=Weight.NOTE,
        says=f"scales {autoscaler.target} from {autoscaler.lowest} to {several(autoscaler.highest, 'pod')}{at_once}",
        pointer="/spec",
        why="it is new, and no manifest says the number",
    )


def let_go(comparison: Comparison, autoscaler: Autoscaler) -> Iterator[Effect]:
    """An autoscaler that is gone, of a workload whose manifest has said the number all along."""
    target, before = found(comparison, autoscaler)
    if target is None or before is None or comparison.head.scaling.of(autoscaler.target):
        return
    number = whole_at(target.body, "spec", "replicas")
    if number and number == whole_at(before.body, "spec", "replicas"):
        yield settled(comparison, target, number)


def otherwise(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """An autoscaler whose target or range is another."""
    was, now = autoscaler_of(pair.before), autoscaler_of(pair.after)
    if was.target != now.target:
        is_there = was.target in comparison.head.inventory.by_ref
        rest = ", which keeps the pods that it has" if is_there else ""
        yield effect(
            comparison.head,
            pair.after,
            "autoscaler-retargeted",
            topic=Topic.OWNERSHIP,
            weight=Weight.ATTENTION,
            says=f"scales {now.target}, and no longer {was.target}{rest}",
            pointer="/spec/scaleTargetRef",
            why=f"spec.scaleTargetRef: {was.target.name} → {now.target.name}",
        )
    elif (was.lowest, was.highest) != (now.lowest, now.highest):
        yield ranged(comparison, pair, was, now)


def ranged(comparison: Comparison, pair: Pair, was: Autoscaler, now: Autoscaler) -> Effect:
    """Another range."""
    is_hpa = kind_of(pair.after) == HPA
    low, high = ("minReplicas", "maxReplicas") if is_hpa else ("minReplicaCount", "maxReplicaCount")
    told = [
        *([f"at least {now.lowest} run, and no longer {was.lowest}"] if now.lowest > was.lowest else []),
        *([f"may go down to {several(now.lowest, 'pod')}"] if now.lowest < was.lowest else []),
        *([f"what runs above {several(now.highest, 'pod')} is stopped"] if now.highest < was.highest else []),
        *([f"may go up to {several(now.highest, 'pod')}"] if now.highest > was.highest else []),
    ]
    fewer = now.highest < was.highest
    at = low if now.lowest != was.lowest else high
    return effect(
        comparison.head,
        pair.after,
        "autoscaler-range",
        topic=Topic.OWNERSHIP,
        weight=Weight.ATTENTION if fewer or now.lowest == 0 else Weight.NOTE,
        says=f"scales {now.target} from {now.lowest} to {several(now.highest, 'pod')}: {', '.join(told)}",
        pointer=f"/spec/{at}" if value_at(pair.after.body, "spec", at) is not None else "/spec",
        why=f"{was.lowest} to {was.highest} before",
        doubt=COUNT if fewer and now.lowest == was.lowest else "",
    )


def found(comparison: Comparison, autoscaler: Autoscaler) -> tuple[Manifest | None, Manifest | None]:
    """What an autoscaler scales, now and before."""
    now = comparison.head.inventory.by_ref.get(autoscaler.target, ())
    was = comparison.base.inventory.by_ref.get(autoscaler.target, ())
    return (now[0], was[0]) if len(now) == len(was) == 1 else (None, None)
