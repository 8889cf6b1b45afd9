"""A program that is run many times."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

from bayplan.render.content_hash import once_metadata
from bayplan.render.traits.siblings import Siblings
from bayplan.render.tuning.pods import FOLDER, PORTS, cpus_of, start, template
from bayplan.render.workloads.job import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Place
    from bayplan.spec.traits.search import Search
    from bayplan.spec.workloads.tuning_job import TuningJob as Spec

PROGRAM, QUESTION = "search.py", "search.json"
WHEN = ("deadline",)
"""Words that change how it ends, not what it does."""
OPERATOR = {"app.kubernetes.io/component": "kuberay-operator"}
"""Pods of the operator, however it was installed: it asks the head how the job goes."""


class TuningJob(Job):
    """A RayJob, named by what it runs, with the program that asks Ray Tune for its trials.

    Source: <https://docs.ray.io/en/latest/cluster/kubernetes/getting-started/rayjob-quick-start.html>
    """

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        workload: Spec,
        place: Place,
    ) -> None:
        runs = [] if place.waits else _objects(workload, place)
        super().__init__(scope, id, workload=workload, place=place, runs=runs)
        Siblings(
            self,
            name=workload.name,
            site=place.site,
            ports=(),
            called=((OPERATOR, PORTS["dashboard"]),),
            origin=workload.origin,
        )


def question(job: Spec) -> dict[str, object]:
    """What the program that asks for trials reads."""
    _, trial, _ = job.groups
    stop = job.stop_early
    return {
        "metric": job.metric,
        "goal": job.goal,
        "trials": job.trials,
        "at_once": job.at_once,
        "seed": job.seed,
        "retries": job.retries,
        "command": [*job.command, *job.args],
        "cpus": cpus_of(trial.resources),
        "gpus": job.accelerator.count if job.accelerator else 0,
        "space": {name: _values(search) for name, search in sorted(job.space.items())},
        "stop_early": {"after": stop.after, "keep_one_of": stop.keep_one_of, "reports": stop.reports} if stop else None,
    }


def _values(search: Search) -> dict[str, object]:
    if search.choices:
        return {"choices": list(search.choices)}
    return {"low": search.low, "high": search.high, "log": search.log, "whole": search.whole}


def _objects(job: Spec, place: Place) -> Iterator[Body]:
    metadata = once_metadata(job, place.site, besides=WHEN)
    program = (files("bayplan.render.tuning") / "search.python").read_text(encoding="utf-8")
    asked = json.dumps(question(job), indent=2, sort_keys=True) + "\n"
    yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {QUESTION: asked, PROGRAM: program}}
    yield {
        "apiVersion": "ray.io/v1",
        "kind": "RayJob",
        "metadata": metadata,
        "spec": _ray_job(job, place, metadata["name"]),
    }


def _ray_job(job: Spec, place: Place, config: str) -> Body:
    head, trial, submitter = job.groups
    return {
        "entrypoint": f"python {FOLDER}/{PROGRAM}",
        "submissionMode": "K8sJobMode",
        "submitterPodTemplate": template(job, submitter, place, config),
        # a second try would begin all trials anew; each has tries of its own
        "backoffLimit": 0,
        "submitterConfig": {"backoffLimit": 0},
        "activeDeadlineSeconds": job.deadline_seconds,
        # its accelerators are free again; Kueue wants it, too
        "shutdownAfterJobFinishes": True,
        "rayClusterSpec": {
            "rayVersion": job.ray,
            "headGroupSpec": {"rayStartParams": start(head), "template": template(job, head, place, config)},
            "workerGroupSpecs": [
                {
                    "groupName": trial.name,
                    "replicas": job.at_once,
                    "minReplicas": job.at_once,
                    "maxReplicas": job.at_once,
                    "rayStartParams": start(trial),
                    "template": template(job, trial, place, config),
                }
            ],
        },
    }
