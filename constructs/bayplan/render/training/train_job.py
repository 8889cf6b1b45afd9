"""Kubeflow Trainer: a TrainJob says what runs, a TrainingRuntime of the same name how its pods are made.

Trainer refuses a TrainJob whose runtime is not there yet, already in Flux's dry run, which comes before anything is
applied: so runtimes lie in the platform's folder, for which apps wait. Queues read a runtime anew each time: so it
stays as it was, as long as its job does.
Source: <https://trainer.kubeflow.org/en/latest/operator-guides/runtime.html>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.render.as_said import all_as_said
from bayplan.render.content_hash import ONCE, once_metadata
from bayplan.render.labels import labels
from bayplan.render.training import jax, mpi, pytorch
from bayplan.render.training.job_set import job_set_spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.render.api_object import Body
    from bayplan.render.site import Site
    from bayplan.render.training.role import Role
    from bayplan.spec.workloads.training_job import TrainingJob

API = "trainer.kubeflow.org/v1alpha1"
CONTAINER = "node"
"""What Trainer calls the container that trains."""
STEP = {"trainer.kubeflow.org/trainjob-ancestor-step": "trainer"}
"""Label of the replicated job whose program the TrainJob says."""


def train_job(job: TrainingJob, site: Site, name: str, env: list[Body], *, besides: Sequence[str]) -> Body:
    """What runs; Trainer adds to `env` what its framework needs."""
    trainer = {
        "image": job.image,
        "command": all_as_said(job.command),
        "args": all_as_said(job.args),
        "env": (mpi.surroundings(env) if job.framework == "mpi" else env) or None,
        "numNodes": job.workers,
        "numProcPerNode": job.processes,
    }
    reference = {"apiGroup": "trainer.kubeflow.org", "kind": "TrainingRuntime", "name": name}
    return {
        "apiVersion": API,
        "kind": "TrainJob",
        "metadata": once_metadata(job, site, besides=besides),
        "spec": {"runtimeRef": reference, "trainer": trainer},
    }


def training_runtime(
    job: TrainingJob, site: Site, name: str, roles: Sequence[Role], templates: Mapping[str, Body]
) -> Body:
    """How its pods are made: all that a TrainJob cannot say, and where the plan has put them."""
    spec: dict[str, Any] = job_set_spec(job, roles, templates)
    leader = "launcher" if job.framework == "mpi" else CONTAINER
    for replicated in spec["replicatedJobs"]:
        (container,) = replicated["template"]["spec"]["template"]["spec"]["containers"]
        container["env"] = None
        if replicated["name"] == leader:
            replicated["template"]["metadata"] = {"labels": STEP}
            # the TrainJob says them
            container |= {"command": None, "args": None}
    marks = labels(site, job.name)
    return {
        "apiVersion": API,
        "kind": "TrainingRuntime",
        "metadata": {"name": name, "namespace": site.app, "labels": marks, "annotations": dict(ONCE)},
        "spec": {
            # the launcher, who is one: Trainer counts its step by what the runtime says, and the others by the job
            "mlPolicy": {"numNodes": 1 if job.framework == "mpi" else job.workers, **_policy(job)},
            "template": {"metadata": {"labels": marks}, "spec": spec},
        },
    }


def _policy(job: TrainingJob) -> Body:
    if job.framework == "mpi":
        return mpi.policy(job)
    return jax.POLICY if job.framework == "jax" else pytorch.POLICY
