"""A program that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.container import program
from bayplan.render.content_hash import once_metadata
from bayplan.render.labels import labels
from bayplan.render.pod import pod_metadata, pod_spec
from bayplan.render.workloads.job import Job
from bayplan.spec.span import seconds_of

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Place
    from bayplan.spec.workloads.batch_job import BatchJob as Spec

WHEN = ("deadline", "never_retry", "retries", "stop_time")
"""Words that change how a run ends, not what it does."""
OVERLAP = {"skip": "Forbid", "replace": "Replace", "allow": "Allow"}


class BatchJob(Job):
    """A Job, named by what it runs, or a CronJob.

    Source: <https://kubernetes.io/docs/concepts/workloads/controllers/job/>
    """

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        workload: Spec,
        place: Place,
    ) -> None:
        run = _cron_job(workload, place) if workload.schedule else _job(workload, place)
        # without room it is not there, rather than pods that wait for ever
        super().__init__(scope, id, workload=workload, place=place, runs=[] if place.waits else [run])


def _job(workload: Spec, place: Place) -> Body:
    metadata = once_metadata(workload, place.site, besides=WHEN)
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": _run(workload, place)}


def _cron_job(workload: Spec, place: Place) -> Body:
    marks = labels(place.site, workload.name)
    spec = {
        "schedule": workload.schedule,
        "timeZone": workload.time_zone,
        "concurrencyPolicy": OVERLAP[workload.overlap],
        "startingDeadlineSeconds": seconds_of(workload.late) if workload.late else None,
        "successfulJobsHistoryLimit": workload.keep_succeeded,
        "failedJobsHistoryLimit": workload.keep_failed,
        # each run waits in the queue as what runs once does
        "jobTemplate": {
            "metadata": {"labels": once_metadata(workload, place.site)["labels"]},
            "spec": _run(workload, place),
        },
    }
    metadata = {"name": workload.name, "namespace": place.site.app, "labels": marks}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec}


def _run(workload: Spec, place: Place) -> Body:
    several = workload.parts > 1
    return {
        "parallelism": workload.pods,
        "completions": workload.parts,
        "completionMode": "Indexed" if several else "NonIndexed",
        # each part has its own retries: one that always fails does not use up those of others
        "backoffLimitPerIndex" if several else "backoffLimit": workload.retries,
        "activeDeadlineSeconds": workload.deadline_seconds,
        "podReplacementPolicy": "Failed",  # never two pods of a part, on twice the accelerators
        "podFailurePolicy": {"rules": _rules(workload)},
        "template": {"metadata": pod_metadata(workload, place), "spec": _pods(workload, place)},
    }


def _rules(workload: Spec) -> list[Body]:
    """The first that matches decides: pods that were evicted, preempted or lost do not count as tries.

    Source: <https://kubernetes.io/docs/tasks/job/pod-failure-policy/>
    """
    rules: list[Body] = [
        {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
    ]
    if workload.never_retry:
        codes = {"containerName": workload.name, "operator": "In", "values": sorted(set(workload.never_retry))}
        rules.append({"action": "FailIndex" if workload.parts > 1 else "FailJob", "onExitCodes": codes})
    return rules


def _pods(workload: Spec, place: Place) -> Body:
    group = workload.groups[0]
    container = program(workload, group.resources, group.accelerator, resource=place.berth.resource)
    spec = pod_spec(
        workload,
        place,
        containers=[container],
        accelerator=group.accelerator,
        grace_seconds=seconds_of(workload.stop_time),
    )
    return {**spec, "restartPolicy": "Never"}
