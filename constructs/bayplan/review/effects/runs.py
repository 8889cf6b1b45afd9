"""What begins to run and ends: jobs that are new, and those that came for another since what they run has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.rollout_change import number
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.changes import says
from bayplan.validation.fields import text_at, value_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.queues import QUEUE_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison

ENDING = frozenset(
    {
        "Job.batch",
        "JobSet.jobset.x-k8s.io",
        "RayJob.ray.io",
        "SparkApplication.sparkoperator.k8s.io",
        "TrainJob.trainer.kubeflow.org",
    }
)


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every job that comes."""
    earlier = {id(now): was for was, now in comparison.renamed}
    for manifest in comparison.added:
        if kind_of(manifest) in ENDING and value_at(manifest.body, "spec", "suspend") is not True:
            yield begins(comparison, manifest, earlier.get(id(manifest)))


def begins(comparison: Comparison, manifest: Manifest, was: Manifest | None) -> Effect:
    """One of them, and what becomes of the one before: Flux stops no job that it must not delete."""
    most = number(comparison.head, manifest).most
    queue = text_at(manifest.body, "metadata", "labels", QUEUE_LABEL)
    told = f"runs once, as soon as {f'queue {queue} lets it in' if queue else 'it is there'}"
    told += "" if most is None or most <= 1 else f", {most} pods at a time"
    if was is not None and says(was, "prune", "disabled"):
        told += f"; {was.ref.name} is not stopped by it: where it still runs, both do"
    return effect(
        comparison.head,
        manifest,
        "job-runs",
        topic=Topic.ROLLOUT,
        weight=Weight.NOTE,
        says=told,
        why=f"what it runs has changed, and so has its name: it was {was.ref.name}" if was is not None else "it is new",
    )
