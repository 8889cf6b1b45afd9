"""Pods of a training job."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bayplan.render.container import program
from bayplan.render.pod import pod_metadata, pod_spec
from bayplan.render.training.environment import shared_memory_mib
from bayplan.render.training.role import NOBODY
from bayplan.render.traits.storage import storage_volume

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.render.site import Place
    from bayplan.render.training.role import Role
    from bayplan.spec.workloads.training_job import TrainingJob

SHM = "shm"
CHECKPOINTS = "checkpoints"
STOP_SECONDS = 30
"""How long a program without checkpoints may take to end."""


def claim_of(job: TrainingJob) -> str:
    """Name of the claim of a new volume for checkpoints."""
    return f"{job.name}-{CHECKPOINTS}"


def pod_template(job: TrainingJob, role: Role, place: Place, *, container: str, env: list[Body]) -> Body:
    """Labels, annotations and spec of each pod of a role; `env` is all that its program finds."""
    place = _seat(role, place)
    resources, accelerator = role.said.resources or job.resources, role.said.accelerator
    kept = storage_volume(job.checkpoints.volume, claim_of(job), CHECKPOINTS) if job.checkpoints else ([], [])
    size = f"{shared_memory_mib(job, resources, accelerator)}Mi"
    shm: Body = {"name": SHM, "emptyDir": {"medium": "Memory", "sizeLimit": size}}
    mount = {"name": SHM, "mountPath": "/dev/shm"}  # noqa: S108 - a path in the pod
    made = program(job, resources, accelerator, resource=place.berth.resource)
    made |= {"name": container, "env": env or None, "volumeMounts": _with(made["volumeMounts"], mount, *kept[1])}
    if role.command:
        made |= {"command": list(role.command), "args": None}
    spec = pod_spec(
        job,
        place,
        containers=[{**made, **role.extra}],
        accelerator=accelerator,
        grace_seconds=job.checkpoints.save_seconds if job.checkpoints else STOP_SECONDS,
    )
    spec["volumes"] = _with(spec["volumes"], shm, *kept[0])
    spec["securityContext"] = _owner(spec["securityContext"], role, writes=bool(kept[0]))
    metadata = pod_metadata(job, place, role.group)
    metadata["annotations"] = {**(metadata.get("annotations") or {}), **_together(job, place)} or None
    return {"metadata": metadata, "spec": {**spec, "restartPolicy": "Never"}}


def _seat(role: Role, place: Place) -> Place:
    """Where the plan has put the pods of the role."""
    found = [share for share in place.shares if share.part == role.group]
    return replace(place, berth=found[0].berth) if found else place


def _with(there: list[Body], *new: Body) -> list[Body]:
    """Those of new names instead of what has the same name."""
    names = {one["name"] for one in new}
    return [*(one for one in there if one["name"] not in names), *new]


def _owner(context: dict[str, Any], role: Role, *, writes: bool) -> Body:
    """The user, to whom volumes and keys belong."""
    needs = writes or role.user != NOBODY or "fsGroup" in context
    owned: Body = {"fsGroup": role.user, "fsGroupChangePolicy": "OnRootMismatch"} if needs else {}
    return {**context, "runAsUser": role.user, "runAsGroup": role.user, **owned}


def _together(job: TrainingJob, place: Place) -> dict[str, str]:
    """Where a queue knows how nodes are connected it keeps a gang close; that it is in one zone, the plan says, too.

    Source: <https://kueue.sigs.k8s.io/docs/concepts/topology_aware_scheduling/>
    """
    levels = place.berth.levels
    if not (job.gang and place.site.queue and levels):
        return {}
    if job.gang == "network" and len(levels) > 2:
        return {"kueue.x-k8s.io/podset-preferred-topology": levels[-2]}
    return {"kueue.x-k8s.io/podset-required-topology": levels[0]}
