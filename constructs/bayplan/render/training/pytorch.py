"""PyTorch: each pod runs `torchrun`, which reads its arguments from `PET_*`.

Source: <https://docs.pytorch.org/docs/stable/elastic/run.html>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.training.role import NUMBER, PORT, Role, host, setting

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.spec.workloads.training_job import TrainingJob

POLICY: Body = {"torch": {}}
"""Trainer sets the same variables by itself, and refuses jobs that bring them."""


def roles(job: TrainingJob, name: str) -> tuple[Role, ...]:
    """All workers are alike; the first one is where they meet."""
    ((role, said),) = job.roles
    elastic = job.workers_min is not None
    env = _elastic(job, name) if elastic else _fixed(job, name)
    return (
        Role(
            name=role,
            group="",
            count=said.count,
            said=said,
            env=[setting("PET_NPROC_PER_NODE", job.processes), *env],
            first_decides=elastic,
            lone=elastic,
            retries=0,
        ),
    )


def _fixed(job: TrainingJob, name: str) -> list[Body]:
    return [
        setting("PET_NNODES", job.workers),
        {"name": "PET_NODE_RANK", "valueFrom": NUMBER},
        setting("PET_MASTER_ADDR", host(name, "node", 0)),
        setting("PET_MASTER_PORT", PORT),
    ]


def _elastic(job: TrainingJob, name: str) -> list[Body]:
    """Workers that come and go meet anew each time; who meets first is number 0, whatever pod it is.

    The meeting point is held by the first pod: losing that one starts all of them again.
    """
    return [
        setting("PET_NNODES", f"{job.workers_min}:{job.workers}"),
        setting("PET_RDZV_BACKEND", "c10d"),
        setting("PET_RDZV_ENDPOINT", f"{host(name, 'node', 0)}:{PORT}"),
        setting("PET_RDZV_ID", name),
        setting("PET_MAX_RESTARTS", job.attempts_more),
    ]
