"""What a tuning job may not ask for at once, and what its team may not give it."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from bayplan.spec.platform import runs_on
from bayplan.spec.ray import too_old, too_small
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.complaint import Complaint
    from bayplan.spec.agreement import Apps, Clusters
    from bayplan.spec.workloads.tuning_job import TuningJob

LONGEST = 47 - len("-12345678")
"""KubeRay takes names of 47 characters: https://github.com/ray-project/kuberay (MaxRayJobNameLength)"""
OLDEST = (2, 44)
"""Ray whose Tune has `tune.report` and `tune.RunConfig`."""


def contradictions(job: TuningJob) -> Iterator[Wrong]:
    """Everything in which its words exclude each other."""
    if not job.command:
        fix = 'Say command: ["python", "/app/train.py"]; parameters are put behind args.'
        yield Wrong(what="nobody says what a trial runs", fix=fix, at="/command")
    if job.at_once > job.trials:
        fix = "Raise trials or lower at_once."
        yield Wrong(what=f"{job.at_once} trials at once, there are {job.trials}", fix=fix, at="/at_once")
    values = [search.values for search in job.space.values()]
    if None not in values and (different := prod(value or 1 for value in values)) < job.trials:
        what = f"{job.trials} trials, and the parameters can differ in {different} ways only"
        yield Wrong(what=what, fix=f"Say trials: {different} or less, or widen the space.", at="/trials")
    if len(job.name) > LONGEST:
        what = f"the name has {len(job.name)} characters, and what it runs puts 9 behind it"
        yield Wrong(what=what, fix=f"Take a name of at most {LONGEST}.", at="/name")
    yield from too_old(job.ray, OLDEST, "/ray")
    yield from too_small("a trial", job.resources, "/resources")
    yield from too_small("the head", job.head, "/head")
    if job.storage and job.storage.size and not job.storage.shared:
        fix = "Say shared: true with the class of a shared file system, or name a claim."
        what = f"a volume that is made for it belongs to one pod, and {job.at_once} trials would use it"
        yield Wrong(what=what, fix=fix, at="/storage/size")
    if job.spot:
        fix = "Leave it out: without its head all trials are lost."
        yield Wrong(what="the head cannot run on spot capacity", fix=fix, at="/spot")


def disagreements(apps: Apps, clusters: Clusters) -> Iterator[Complaint]:
    """Trials at once that need more accelerators than their team may use."""
    from bayplan.spec.workloads.tuning_job import TuningJob  # noqa: PLC0415 - it asks for the rules above

    for app, source in apps:
        for number, job in enumerate(app.workloads):
            accelerator = job.accelerator
            if not isinstance(job, TuningJob) or not accelerator or accelerator.slice:
                continue
            need = job.at_once * accelerator.count
            limits = [
                (quota.accelerators, cluster.name)
                for cluster, _ in clusters
                if runs_on(app, cluster) and (quota := cluster.quotas.get(app.team))
                if quota.accelerators is not None and quota.accelerators < need
            ]
            if limits:
                most, where = min(limits)
                each = f"{job.at_once} trials at once with {accelerator.count} each need {need} accelerators"
                what = f"{each}, and team {app.team} may use {most} on cluster {where}"
                fits = most // accelerator.count
                fix = f"Say at_once: {fits} or less." if fits else "Ask for fewer accelerators, or for a larger quota."
                yield source.place(f"/workloads/{number}/at_once").complain(what, fix)
