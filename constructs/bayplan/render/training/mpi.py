"""MPI: `mpirun` in the first pod starts processes in all others, by ssh with keys that Trainer makes for the job.

The image is made as those of Kubeflow: user `mpiuser` (1000), whose home holds `.sshd_config` with a port above 1024.
Source: <https://github.com/kubeflow/trainer/tree/v2.3.0/cmd/runtimes/deepspeed>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.training.role import Role

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.spec.workloads.training_job import TrainingJob

HOME = "/home/mpiuser"
USER = 1000
SSH_PORT = 2222


def policy(job: TrainingJob) -> Body:
    """What Trainer needs to make keys and the list of hosts."""
    return {
        "mpi": {
            "mpiImplementation": "OpenMPI",
            "numProcPerNode": job.processes,
            "runLauncherAsNode": True,
            "sshAuthMountPath": f"{HOME}/.ssh",
        }
    }


def roles(job: TrainingJob, _name: str) -> tuple[Role, ...]:
    """The first worker starts the others, once they listen; when its program has ended, all has."""
    ((_, said),) = job.roles
    probe = {"tcpSocket": {"port": SSH_PORT}, "initialDelaySeconds": 5, "periodSeconds": 5}
    return (
        Role(
            name="node",
            group="",
            count=said.count - 1,
            said=said,
            command=("/usr/sbin/sshd", "-De", "-f", f"{HOME}/.sshd_config"),
            extra={"readinessProbe": probe},
            ends=False,
            user=USER,
        ),
        Role(name="launcher", group="", count=1, said=said, after="node", user=USER),
    )
