"""A training job as the objects that run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.as_said import as_said
from bayplan.render.content_hash import content_name, once_metadata
from bayplan.render.training import jax, mpi, pytorch, tensorflow
from bayplan.render.training.environment import environment
from bayplan.render.training.job_set import job_set_spec
from bayplan.render.training.pods import pod_template
from bayplan.render.training.role import setting
from bayplan.render.training.train_job import CONTAINER, train_job, training_runtime
from bayplan.render.traits.secrets import secret_settings

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.render.site import Place, Site
    from bayplan.render.training.role import Role
    from bayplan.spec.workloads.training_job import TrainingJob

KEPT = ("checkpoints.save_time", "checkpoints.size", "checkpoints.type", "checkpoints.zone")
WHERE = ("gang", "deadline", "retries", *KEPT)
"""Words of training jobs that say where they run and how they end, not what they do."""
ROLES = {"pytorch": pytorch.roles, "jax": jax.roles, "mpi": mpi.roles, "tensorflow": tensorflow.roles}


def run_of(job: TrainingJob, place: Place) -> Body:
    """The TrainJob, or the JobSet where Trainer is not there or does not know how."""
    name = content_name(job, besides=WHERE)
    if by_trainer(job, place.site):
        return train_job(job, place.site, name, _env(job, name), besides=WHERE)
    metadata = once_metadata(job, place.site, besides=WHERE)
    roles = ROLES[job.framework](job, name)
    spec = job_set_spec(job, roles, _templates(job, roles, place, container=job.name))
    return {"apiVersion": "jobset.x-k8s.io/v1alpha2", "kind": "JobSet", "metadata": metadata, "spec": spec}


def runtime_of(job: TrainingJob, place: Place) -> Body | None:
    """The TrainingRuntime of its TrainJob, if it has one."""
    if place.waits or not by_trainer(job, place.site):
        return None
    name = content_name(job, besides=WHERE)
    roles = ROLES[job.framework](job, name)
    templates = _templates(job, roles, place, container=CONTAINER)
    return training_runtime(job, place.site, name, roles, templates)


def by_trainer(job: TrainingJob, site: Site) -> bool:
    """Whether Trainer runs it: it knows no TensorFlow, and no workers that come and go.

    Source: <https://github.com/kubeflow/trainer/blob/v2.3.0/pkg/runtime/framework/plugins/torch/torch.go>
    """
    return site.trainer and job.framework != "tensorflow" and job.workers_min is None


def _templates(job: TrainingJob, roles: tuple[Role, ...], place: Place, *, container: str) -> dict[str, Body]:
    name = content_name(job, besides=WHERE)
    return {
        role.name: pod_template(job, role, place, container=container, env=[*_env(job, name), *role.env])
        for role in roles
    }


def _env(job: TrainingJob, name: str) -> list[Body]:
    settings = [setting(key, as_said(value)) for key, value in sorted(environment(job, name).items())]
    return [*settings, *secret_settings(job.secrets)]
