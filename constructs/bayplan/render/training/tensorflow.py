"""TensorFlow: every pod finds the whole cluster, and its own place in it, in `TF_CONFIG`.

Source: <https://www.tensorflow.org/guide/distributed_training#setting_up_the_tf_config_environment_variable>
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bayplan.render.training.role import NUMBER, Role, host, setting

if TYPE_CHECKING:
    from bayplan.spec.workloads.training_job import TrainingJob

PORT = 2222
"""Where every pod listens, as TensorFlow's own examples have it."""
NUMBER_NAME = "TASK_INDEX"


def roles(job: TrainingJob, name: str) -> tuple[Role, ...]:
    """Chief, workers, parameter servers and evaluator, as many of these as there are.

    With parameter servers the chief leads, and workers and servers only serve: they never end, and a worker that is
    lost comes back alone. Without them all train in step, and all end.
    """
    served, several = job.parameter_servers is not None, len(job.roles) > 1
    return tuple(
        Role(
            name=role,
            group=role if several else "",
            count=said.count,
            said=said,
            env=[{"name": NUMBER_NAME, "valueFrom": NUMBER}, setting("TF_CONFIG", _config(job, name, role))],
            ends=role == "chief" if served else role in ("chief", "worker"),
            lone=role == "evaluator" or (served and role == "worker"),
            retries=job.attempts_more,
        )
        for role, said in job.roles
    )


def _config(job: TrainingJob, name: str, role: str) -> str:
    """Kubernetes puts the number of the pod into the text. An evaluator belongs to no cluster, it only watches.

    Source: <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>
    """
    cluster = {
        other: [f"{host(name, other, number)}:{PORT}" for number in range(said.count)]
        for other, said in job.roles
        if other != "evaluator"
    }
    task = f'{{"type": "{role}", "index": $({NUMBER_NAME})}}'
    return f'{{"cluster": {json.dumps(cluster)}, "task": {task}}}'
