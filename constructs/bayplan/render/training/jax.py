"""JAX: one process a pod, which calls `jax.distributed.initialize` with what it finds in `JAX_*`.

Source: <https://docs.jax.dev/en/latest/multi_process.html>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.training.role import NUMBER, PORT, Role, host, setting

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.spec.workloads.training_job import TrainingJob

POLICY: Body = {"jax": {}}
"""Trainer sets the same variables by itself."""


def roles(job: TrainingJob, name: str) -> tuple[Role, ...]:
    """All workers are alike; the first one coordinates."""
    ((role, said),) = job.roles
    env = [
        setting("JAX_NUM_PROCESSES", job.workers),
        {"name": "JAX_PROCESS_ID", "valueFrom": NUMBER},
        setting("JAX_COORDINATOR_ADDRESS", f"{host(name, role, 0)}:{PORT}"),
    ]
    return (Role(name=role, group="", count=said.count, said=said, env=env),)
