"""What Flux deletes and makes anew, because it was told `force`: between the two there is no object.

Whatever the API server calls invalid is replaced then, also a claim that is to shrink: nobody looks at what is lost.
Source: <https://github.com/fluxcd/pkg/blob/ssa/v0.76.2/ssa/errors/immutable.go>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.review.effects.data_reclaim import reclaim_of
from bayplan.review.effects.effect import effect
from bayplan.review.effects.refused_objects import invalid
from bayplan.review.effects.refused_parts import is_forced
from bayplan.review.effects.refused_waiting import stage, standing, sync_of
from bayplan.review.effects.rollout_change import counted, number, several
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.fields import text_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.rules.change.pruning_takes_what_holds_others import HOLDS
from bayplan.validation.templates.table import MAKERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.review.comparison import Comparison, Pair
    from bayplan.review.effects.refused_parts import Refusal

LOOK = "Keep the old value, or make a second object with another name, unless it may be gone for a moment"


class Fate(NamedTuple):
    """What a replacement means."""

    says: str
    weight: Weight
    topic: Topic = Topic.APPLY
    fix: str = LOOK
    pods: int = 0
    down: int = 0
    doubt: str = ""


CLASSES = "; what was made by it stays as it is"
PLAIN: Mapping[str, Fate] = {
    "ClusterRoleBinding.rbac.authorization.k8s.io": Fate("; nobody has its rights in between", Weight.NOTE, fix=""),
    "ConfigMap": Fate("; pods that start in between wait for it", Weight.NOTE, fix=""),
    "CustomResourceDefinition.apiextensions.k8s.io": Fate(
        ", and every object of its kind in the cluster is deleted with it", Weight.DANGER, Topic.DATA
    ),
    "IngressClass.networking.k8s.io": Fate("", Weight.NOTE, fix=""),
    "PriorityClass.scheduling.k8s.io": Fate("; pods that are there keep their priority", Weight.NOTE, fix=""),
    "RoleBinding.rbac.authorization.k8s.io": Fate("; nobody has its rights in between", Weight.NOTE, fix=""),
    "Secret": Fate("; pods that start in between wait for it", Weight.NOTE, fix=""),
    "StorageClass.storage.k8s.io": Fate(CLASSES, Weight.NOTE, fix=""),
    "VolumeAttributesClass.storage.k8s.io": Fate(CLASSES, Weight.NOTE, fix=""),
}
"""Kinds to what their replacement means beyond itself."""


def replaced(comparison: Comparison, refusal: Refusal) -> Effect:
    """An object that is deleted and made anew."""
    pair = refusal.pair
    fate = fate_of(comparison, pair)
    return effect(
        comparison.head,
        pair.after,
        "object-replaced",
        topic=fate.topic,
        weight=fate.weight,
        says=f"is deleted and made anew{fate.says}",
        pointer=refusal.parts[0].pointer,
        why=f"{refusal.parts[0].what}, and Flux is told to force it",
        fix=fate.fix,
        doubt=halfway(comparison, pair) or refusal.doubt or fate.doubt,
        pods=fate.pods,
        pods_down=fate.down,
    )


def goners(comparison: Comparison) -> list[Pair]:
    """Objects that Flux deletes because they are invalid."""
    wrong = invalid(comparison)
    pairs = comparison.changed if wrong else ()
    return [pair for pair in pairs if pair.after.ref in wrong and is_forced(comparison, pair)]


def lost(comparison: Comparison) -> Iterator[Effect]:
    """Objects that Flux deletes because they are invalid, and cannot make anew because they still are.

    Seen on the real thing: a Deployment with `force` and a port beyond 65535 is gone, with all of its pods.
    """
    for pair in goners(comparison):
        pods = (number(comparison.base, pair.before).most or 0) if kind_of(pair.after) in MAKERS else 0
        told = f" with its {several(pods, 'pod')}" if pods else ""
        held = f", and with it {HOLDS[kind_of(pair.after)]}" if kind_of(pair.after) in HOLDS else ""
        yield effect(
            comparison.head,
            pair.after,
            "deleted-by-force",
            topic=Topic.APPLY,
            weight=Weight.BLOCKED,
            says=f"is deleted{told}{held}, and cannot be made anew",
            why="the API server calls it invalid, and Flux is told to force it: it deletes first",
            fix="Mend the object, and say force only where it is needed",
            doubt=comparison.base.draft_of(pair.before),
            pods=pods,
            pods_down=pods,
        )


def halfway(comparison: Comparison, pair: Pair) -> str:
    """Flux deletes while it tries, and makes anew only when all has been tried: the worst of both where it stops."""
    sync = sync_of(comparison.head, pair.after)
    reason = standing(comparison).get(sync.ref) if sync else None
    if reason is None or not reason.is_own or stage(pair.after.ref) != reason.since:
        return ""
    return f"{reason.why.replace(' before that', '')}: it may be deleted, and not made anew before that is mended"


def fate_of(comparison: Comparison, pair: Pair) -> Fate:
    """What a replacement means for one object."""
    kind = kind_of(pair.after)
    if kind == "Job.batch":
        pods = number(comparison.head, pair.after).most or 0
        says = " with another template: it runs again from the beginning, whether it was done or not"
        return Fate(says, Weight.ATTENTION, Topic.ROLLOUT, fix="", pods=pods)
    if kind == "PersistentVolumeClaim":
        return of_claim(comparison, pair)
    if kind == "Service":
        return of_service(pair)
    if kind in HOLDS and kind not in PLAIN:
        return Fate(f", and with it {HOLDS[kind]}", Weight.DANGER, Topic.DATA)
    if kind in PLAIN:
        return PLAIN[kind]
    return of_workload(comparison, pair) if kind in MAKERS else Fate("", Weight.ATTENTION)


def of_workload(comparison: Comparison, pair: Pair) -> Fate:
    """All pods end; those that come are of the new object."""
    had = number(comparison.base, pair.before)
    pods = had.most or 0
    says = f": all {counted(had).removeprefix('its ')} end before the new ones are ready"
    if had.most == 1:
        says = ": its 1 pod ends before the new one is ready"
    if text_at(pair.before.body, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete":
        return Fate(f"{says}, and its claims are deleted with it", Weight.DANGER, Topic.DATA, pods=pods, down=pods)
    return Fate(says, Weight.DANGER if pods else Weight.ATTENTION, Topic.ROLLOUT, pods=pods, down=pods)


def of_claim(comparison: Comparison, pair: Pair) -> Fate:
    """A claim goes once no pod uses it."""
    reclaim = reclaim_of(comparison.base, pair.before)
    waits = ", as soon as no pod uses it: until then Flux waits" if users(comparison, pair) else ""
    if reclaim.policy == "Retain":
        return Fate(
            f"{waits}; its data stay in the old volume, which the new claim does not get", Weight.DANGER, Topic.DATA
        )
    doubt = "" if reclaim.policy else "its volume may be kept, which this tree does not say"
    doubt = "pods use it, and hold it back until they end" if waits else doubt
    return Fate(f"{waits}; all data in it are lost", Weight.DANGER, Topic.DATA, doubt=doubt)


def users(comparison: Comparison, pair: Pair) -> bool:
    """Whether pods mount a claim."""
    ref = pair.after.ref
    return bool(comparison.head.storage.users(ref.namespace, ref.name))


def of_service(pair: Pair) -> Fate:
    """A Service gets another address."""
    if text_at(pair.before.body, "spec", "type") == "LoadBalancer":
        return Fate(" with a new load balancer: it may get another address outside", Weight.DANGER, Topic.TRAFFIC)
    return Fate(": it gets another address, and nobody is answered in between", Weight.ATTENTION, Topic.TRAFFIC)
