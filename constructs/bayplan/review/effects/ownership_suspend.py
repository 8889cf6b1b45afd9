"""What is suspended, paused or held, and what goes on again; Kustomizations of Flux are told with what they prune."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.review.effects.effect import effect
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.changes import is_left_alone
from bayplan.validation.fields import annotation, value_at
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.review.comparison import Comparison, Pair


class Rest(NamedTuple):
    """What it means that a kind rests."""

    stops: str
    goes_on: str
    path: tuple[str, ...] = ("spec", "suspend")
    weight: Weight = Weight.ATTENTION


SUSPENDED = ("spec", "suspend")
RUN = ("spec", "runPolicy", "suspend")
PAUSED = ("metadata", "annotations", "autoscaling.keda.sh/paused")
PAUSED_AT = "autoscaling.keda.sh/paused-replicas"
PODS = "stops its pods and waits: what they have not saved is lost"
STARTS = "starts its pods"
NOTHING_NEW = "fetches nothing new: whatever is made of it stays at the revision that it has"
FETCHES = "fetches again, and what is made of it goes to the newest revision"
JOBS: dict[str, tuple[str, ...]] = {
    "Job.batch": SUSPENDED,
    "JobSet.jobset.x-k8s.io": SUSPENDED,
    "MPIJob.kubeflow.org": RUN,
    "PaddleJob.kubeflow.org": RUN,
    "PyTorchJob.kubeflow.org": RUN,
    "RayCluster.ray.io": SUSPENDED,
    "RayJob.ray.io": SUSPENDED,
    "SparkApplication.sparkoperator.k8s.io": SUSPENDED,
    "TFJob.kubeflow.org": RUN,
    "TrainJob.trainer.kubeflow.org": SUSPENDED,
    "XGBoostJob.kubeflow.org": RUN,
}
SOURCES = ("Bucket", "GitRepository", "HelmChart", "HelmRepository", "OCIRepository")
RESTS: dict[str, Rest] = {
    **{kind: Rest(PODS, STARTS, path) for kind, path in JOBS.items()},
    **{f"{kind}.source.toolkit.fluxcd.io": Rest(NOTHING_NEW, FETCHES) for kind in SOURCES},
    "CronJob.batch": Rest(
        "makes no Jobs any more; those that run go on",
        "makes Jobs again; the last run that was missed starts at once, unless startingDeadlineSeconds has passed",
    ),
    "Deployment.apps": Rest(
        "rolls nothing out any more: other templates wait, and only the number of pods changes",
        "rolls out what has changed since it was paused",
        ("spec", "paused"),
    ),
    "HelmRelease.helm.toolkit.fluxcd.io": Rest(
        "is neither upgraded nor corrected any more: what its chart has made stays as it is",
        "is upgraded to what its values and chart say now",
    ),
    "ImageRepository.image.toolkit.fluxcd.io": Rest("looks for no new images", "looks for new images again"),
    "ImageUpdateAutomation.image.toolkit.fluxcd.io": Rest("commits no new images", "commits new images again"),
    "Canary.flagger.app": Rest("rolls nothing out any more", "rolls out what has changed since it was suspended"),
    "ScaledJob.keda.sh": Rest("makes no Jobs any more", "makes Jobs again", PAUSED),
    "ScaledObject.keda.sh": Rest("scales nothing any more: the number of pods stays", "scales again", PAUSED),
}
QUEUES = ("ClusterQueue.kueue.x-k8s.io", "LocalQueue.kueue.x-k8s.io")
HELD = {
    "Hold": "admits no more jobs; those that run go on",
    "HoldAndDrain": "admits no more jobs and evicts those that run",
}


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every object that begins to rest, or no longer does."""
    for pair in comparison.changed:
        if is_left_alone(pair.after):
            continue
        kind = kind_of(pair.after)
        if rest := RESTS.get(kind):
            yield from of_rest(comparison, pair, rest)
        if kind == "ScaledObject.keda.sh":
            yield from of_pause(comparison, pair)
        elif kind in QUEUES:
            yield from of_queue(comparison, pair)


def of_rest(comparison: Comparison, pair: Pair, rest: Rest) -> Iterator[Effect]:
    """One that says so with a field or an annotation."""
    was, now = (is_set(value_at(one.body, *rest.path)) for one in (pair.before, pair.after))
    if was == now:
        return
    name = rest.path[-1]
    place = "/".join(("", *rest.path[:-1]))
    makes_pods = rest.stops == PODS
    yield effect(
        comparison.head,
        pair.after,
        "suspended" if now else "resumed",
        topic=Topic.OWNERSHIP,
        weight=Weight.DANGER if now and makes_pods else rest.weight,
        says=rest.stops if now else rest.goes_on,
        pointer=f"{place}/{name}" if "/" not in name and value_at(pair.after.body, *rest.path) is not None else place,
        why=f"{name}: {'true' if now else 'no longer true'}",
        doubt="it may have ended already" if makes_pods else "",
    )


def of_pause(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """A ScaledObject that is held at one number by an annotation."""
    was, now = (annotation(one.body, PAUSED_AT) for one in (pair.before, pair.after))
    if was == now:
        return
    says = f"is held at {now} {'pod' if now == '1' else 'pods'}, and scales nothing any more" if now else "scales again"
    yield effect(
        comparison.head,
        pair.after,
        "suspended" if now else "resumed",
        topic=Topic.OWNERSHIP,
        weight=Weight.DANGER if now == "0" else Weight.ATTENTION,
        says=says,
        pointer="/metadata",
        why=f"{PAUSED_AT}: {now or 'gone'}",
    )


def of_queue(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """A queue of Kueue: `stopPolicy`."""
    was, now = (value_at(one.body, "spec", "stopPolicy") or "None" for one in (pair.before, pair.after))
    if was == now:
        return
    drains = now == "HoldAndDrain"
    yield effect(
        comparison.head,
        pair.after,
        "suspended" if now in HELD else "resumed",
        topic=Topic.OWNERSHIP,
        weight=Weight.DANGER if drains else Weight.ATTENTION,
        says=HELD.get(str(now), "admits jobs again"),
        pointer="/spec/stopPolicy" if value_at(pair.after.body, "spec", "stopPolicy") is not None else "/spec",
        why=f"spec.stopPolicy: {was} → {now}",
    )


def is_set(value: object) -> bool:
    """Whether a switch is on, also as the text of an annotation."""
    return value is True or (isinstance(value, str) and value.lower() == "true")
