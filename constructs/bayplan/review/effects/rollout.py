"""Which pods are made anew, how, and how many are missing at worst.

What counts is the template of a workload as the API server keeps it; metadata of the workload itself, order where none
is kept, and what says the default do not make new pods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects import rollout_operators as operators
from bayplan.review.effects import rollout_sets as sets
from bayplan.review.effects.effect import effect
from bayplan.review.effects.refused_parts import refusals
from bayplan.review.effects.refused_replaced import goners
from bayplan.review.effects.rollout_change import Change, Step
from bayplan.review.effects.rollout_deployment import deployment
from bayplan.review.effects.rollout_reasons import pointed, reason
from bayplan.review.effects.rollout_templates import borrowers, template_parts
from bayplan.review.review import Topic
from bayplan.validation.changes import is_left_alone
from bayplan.validation.kinds import kind_of
from bayplan.validation.templates.table import MAKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bayplan.review.comparison import Comparison, Pair
    from bayplan.review.review import Effect

STEPS: dict[str, Callable[[Change], Iterator[Step]]] = {
    "CronJob.batch": sets.next_run,
    "DaemonSet.apps": sets.daemon_set,
    "Deployment.apps": deployment,
    "InferenceService.serving.kserve.io": operators.inference_service,
    "LeaderWorkerSet.leaderworkerset.x-k8s.io": operators.leader_worker_set,
    "Pod": sets.single_pod,
    "RayCluster.ray.io": operators.ray_cluster,
    "RayCronJob.ray.io": sets.next_run,
    "RayJob.ray.io": operators.run_under_way,
    "RayService.ray.io": operators.ray_service,
    "ReplicaSet.apps": sets.keeping,
    "ReplicationController": sets.keeping,
    "Rollout.argoproj.io": operators.rollout,
    "ScaledJob.keda.sh": operators.scaled_job,
    "ScheduledSparkApplication.sparkoperator.k8s.io": sets.next_run,
    "Service.serving.knative.dev": operators.knative,
    "SparkApplication.sparkoperator.k8s.io": operators.spark,
    "StatefulSet.apps": sets.stateful_set,
}
"""Kind to what its controller does."""
ONCE = "Job.batch"
SILENT = frozenset({ONCE, "PodTemplate"})
"""Kinds that make no pods anew: what cannot change is told elsewhere."""


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Everything that happens to pods because of their templates."""
    refused = refusals(comparison).keys() | {id(one.after) for one in goners(comparison)}
    for pair in comparison.changed:
        kind = kind_of(pair.after)
        if kind not in MAKERS or kind in SILENT or is_left_alone(pair.after) or id(pair.after) in refused:
            continue
        change = Change(comparison=comparison, pair=pair, parts=template_parts(comparison, pair))
        yield from told(change, STEPS.get(kind, operators.unknown)(change))
    for pair, source, parts in borrowers(comparison):
        change = Change(comparison=comparison, pair=pair, parts=parts)
        for step in STEPS[kind_of(pair.after)](change):
            yield from told(change, [step._replace(why=f"{source} has changed, and this takes its template from it")])


def told(change: Change, steps: Iterator[Step] | list[Step]) -> Iterator[Effect]:
    """What a controller does, as effects."""
    world, pair = change.comparison.head, change.pair
    for step in steps:
        yield effect(
            world,
            pair.after,
            step.code,
            topic=Topic.ROLLOUT,
            weight=step.weight,
            says=step.says,
            pointer=step.pointer or pointed(change.parts),
            why=step.why or reason(change.parts),
            fix=step.fix,
            doubt=step.doubt or doubt_of(change.comparison, pair),
            pods=max(0, step.pods),
            pods_down=max(0, step.down),
        )


def doubt_of(comparison: Comparison, pair: Pair) -> str:
    """Why an object was perhaps not as it stands in the base."""
    return comparison.base.draft_of(pair.before)
