"""How many pods a workload has, and who says so: a manifest, an autoscaler, or, where nobody does, the API server.

Flux applies server-side: a field that its manifest no longer holds, and that nobody else has set since, is removed, and
the API server writes its default. For `replicas` that is 1. Seen on a real one: tests/e2e/test_replicas_ownership.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.rollout_change import counted, number, several
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.changes import is_left_alone
from bayplan.validation.fields import whole_at
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair
    from bayplan.validation.scaling import Autoscaler

AT = "/spec/replicas"
COUNTS = ("/replicas", "/minReplicas", "/maxReplicas", "/size", "/numNodes")
SET_TO_ONE = frozenset({"Deployment.apps", "ReplicaSet.apps", "ReplicationController", "StatefulSet.apps"})
"""Kinds whose `replicas` is 1 where nobody says it."""
LAST_WORD = "the number stays where the autoscaler was the last to set it, which no file shows"


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every workload whose number of pods is another, or is somebody else's to say."""
    for pair in comparison.changed:
        if kind_of(pair.after) in SET_TO_ONE and not is_left_alone(pair.after):
            was, now = (whole_at(one.body, "spec", "replicas") for one in (pair.before, pair.after))
            if was != now:
                yield from of_number(comparison, pair, was, now)
        elif any(one.pointer.endswith(COUNTS) for one in pair.parts) and not is_left_alone(pair.after):
            yield from of_operator(comparison, pair)


def of_operator(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """A kind of somebody else's controller that has other numbers of pods."""
    was, now = number(comparison.base, pair.before), number(comparison.head, pair.after)
    if was == now or None in (*was, *now) or not comparison.head.pods.made_by(pair.after):
        return
    fewer = (now.most or 0) < (was.most or 0)
    yield effect(
        comparison.head,
        pair.after,
        "pods-stopped" if fewer else "pods-added",
        topic=Topic.OWNERSHIP,
        weight=Weight.ATTENTION if fewer else Weight.NOTE,
        says=f"runs {counted(now)} instead of {counted(was)}",
        pointer=next(one.pointer for one in pair.parts if one.pointer.endswith(COUNTS)),
        doubt="its controller says when",
    )


def of_number(comparison: Comparison, pair: Pair, was: int | None, now: int | None) -> Iterator[Effect]:
    """One workload whose manifest says another number, says one now, or none any more."""
    scaled = comparison.head.scaling.of(pair.after.ref)
    if now is None:
        yield from given_up(comparison, pair, was or 0, scaled)
    elif now == 0:
        yield stopped(comparison, pair, was)
    elif scaled and was != 0:
        yield contested(comparison, pair.after, now, scaled[0], f"spec.replicas: {told(was)} → {now}")
    elif was is None and comparison.base.scaling.of(pair.before.ref):
        yield settled(comparison, pair.after, now)
    elif (1 if was is None else was) != now:
        yield set_to(comparison, pair, 1 if was is None else was, now)


def given_up(comparison: Comparison, pair: Pair, was: int, scaled: tuple[Autoscaler, ...]) -> Iterator[Effect]:
    """A number that the manifest no longer says."""
    lowest = scaled[0].lowest if scaled else 1
    if was == 1 and lowest <= 1:
        return
    back = f", until {scaled[0].manifest.ref} raises it to {lowest}" if lowest > 1 else ""
    falls = was > 1
    yield effect(
        comparison.head,
        pair.after,
        "replicas-dropped",
        topic=Topic.OWNERSHIP,
        weight=Weight.DANGER if falls else Weight.ATTENTION,
        says=f"falls from {was} pods to 1{back}" if falls else f"goes from {several(was, 'pod')} to 1{back}",
        pointer="/spec",
        why="nobody says replicas any more, and the API server then writes 1",
        fix=(
            "Take replicas out once the autoscaler has set another number than the manifest: then it is its own"
            if scaled
            else f"Keep replicas: {was}, or give the workload an autoscaler first"
        ),
        doubt=LAST_WORD if scaled else "",
        pods=max(was - 1, 0),
        pods_down=max(was - 1, 0),
    )


def stopped(comparison: Comparison, pair: Pair, was: int | None) -> Effect:
    """All pods go."""
    scaled = comparison.base.scaling.of(pair.before.ref) or comparison.head.scaling.of(pair.after.ref)
    had = None if scaled else (1 if was is None else was)
    whole = "all its pods" if had is None else "its only pod" if had == 1 else f"all {had} of its pods"
    off = ", and its autoscaler does nothing while it is 0" if comparison.head.scaling.of(pair.after.ref) else ""
    return effect(
        comparison.head,
        pair.after,
        "scaled-to-zero",
        topic=Topic.OWNERSHIP,
        weight=Weight.DANGER,
        says=f"stops {whole}{off}",
        pointer=AT,
        why=f"spec.replicas: {told(was)} → 0",
        fix="Where it is to go for good, remove it; where it is to rest, say so to who calls it",
        pods=had or 0,
        pods_down=had or 0,
    )


def contested(comparison: Comparison, workload: Manifest, now: int, autoscaler: Autoscaler, why: str) -> Effect:
    """Two who say a number, in turns."""
    return effect(
        comparison.head,
        workload,
        "replicas-contested",
        topic=Topic.OWNERSHIP,
        weight=Weight.ATTENTION,
        says=(
            f"is set to {several(now, 'pod')} whenever Flux reconciles, and back by {words(autoscaler)}:"
            " pods come and go"
        ),
        pointer=AT,
        why=why,
        fix="Leave replicas out of the manifest of what an autoscaler scales",
    )


def settled(comparison: Comparison, workload: Manifest, now: int) -> Effect:
    """A manifest that says the number, where an autoscaler did."""
    gone = comparison.base.scaling.of(workload.ref)[0]
    return effect(
        comparison.head,
        workload,
        "replicas-fixed",
        topic=Topic.OWNERSHIP,
        weight=Weight.ATTENTION,
        says=f"has {several(now, 'pod')} from now on, however many {words(gone)} has made of it",
        pointer=AT,
        why=f"spec.replicas is {now}, and nothing scales it any more",
    )


def set_to(comparison: Comparison, pair: Pair, was: int, now: int) -> Effect:
    """Another number that the manifest says."""
    more = now > was
    return effect(
        comparison.head,
        pair.after,
        "pods-added" if more else "pods-stopped",
        topic=Topic.OWNERSHIP,
        weight=Weight.NOTE if more else Weight.ATTENTION,
        says=f"starts {several(now - was, 'pod')} more: {now} in all" if more else f"stops {was - now} of {was} pods",
        pointer=AT,
        why=f"spec.replicas: {was} → {now}",
        pods=0 if more else was - now,
        pods_down=0 if more else was - now,
    )


def words(autoscaler: Autoscaler) -> str:
    """An autoscaler and its range."""
    return f"{autoscaler.manifest.ref} ({autoscaler.lowest} to {autoscaler.highest})"


def told(value: int | None) -> str:
    """A number, or that there is none."""
    return "none" if value is None else str(value)
