"""What begins to run and ends: jobs that are new, those that came for another since what they run has changed, and when
what runs at times runs next."""

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
SCHEDULED = frozenset({"CronJob.batch", "ScheduledSparkApplication.sparkoperator.k8s.io"})
_ZONE = "timeZone"
_HOUR, _DAY = 60, 24 * 60


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every job that comes, and every schedule that is another."""
    earlier = {id(now): was for was, now in comparison.renamed}
    for manifest in comparison.added:
        if kind_of(manifest) in ENDING and value_at(manifest.body, "spec", "suspend") is not True:
            yield begins(comparison, manifest, earlier.get(id(manifest)))
    for pair in comparison.changed:
        if kind_of(pair.after) in SCHEDULED and when(pair.before) != when(pair.after):
            yield reschedules(comparison, pair.before, pair.after)


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


def when(manifest: Manifest) -> str:
    """`0 3 * * * Europe/Berlin`."""
    return " ".join(filter(None, (text_at(manifest.body, "spec", word) for word in ("schedule", _ZONE))))


def reschedules(comparison: Comparison, was: Manifest, now: Manifest) -> Effect:
    """Another time, and how often that is; the time of the last run stays known, and what was missed is not made up."""
    often = [rate(text_at(one.body, "spec", "schedule")) for one in (was, now)]
    told = f"runs at {when(now)} from now on"
    if value_at(now.body, "spec", "suspend") is True:
        told = f"would run at {when(now)}, and runs nothing while it is suspended"
    elif all(often) and often[0] != often[1]:
        told += f", {often[1]} instead of {often[0]}"
    return effect(
        comparison.head,
        now,
        "schedule-changes",
        topic=Topic.ROLLOUT,
        weight=Weight.NOTE,
        says=f"{told}; a run under way stays as it is",
        why=f"its schedule was {when(was)}",
    )


def rate(schedule: str) -> str:
    """How often that is at the most: `every 5 minutes`; "" for what nobody can read, or what never runs."""
    from bayplan.spec.cron import gap_minutes  # noqa: PLC0415 - as rules do: trees without schedules do not pay for it

    try:
        gap = gap_minutes(schedule)
    except ValueError:
        return ""
    if gap is None:
        return ""
    for size, word in ((_DAY, "day"), (_HOUR, "hour"), (1, "minute")):
        if gap % size == 0:
            count = gap // size
            return f"every {word}" if count == 1 else f"every {count} {word}s"
    return ""
