"""MPI: `mpirun` in the first pod starts processes in all others, by ssh with keys that Trainer makes for the job.

The image is made as those of Kubeflow: user `mpiuser` (1000), whose home holds `.sshd_config` with a port above 1024.
Trainer tells Open MPI 4 where the hosts are listed. From version 5 on another program reads that, by other names:
without them all processes would run in the first pod, and nobody would say so. Whoever comes by ssh finds another
environment: what programs are to find there, `mpirun` has to bring. Both were seen with 4.1.8 and 5.0.11.
Source: <https://github.com/kubeflow/trainer/tree/v2.3.0/cmd/runtimes/deepspeed>,
<https://docs.open-mpi.org/en/v5.0.x/launching-apps/prerequisites.html>
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
HOSTS = {
    "PRTE_MCA_plm_ssh_args": "-o ConnectionAttempts=10",
    "PRTE_MCA_prte_default_hostfile": "/etc/mpi/hostfile",
    "PRTE_MCA_prte_keep_fqdn_hostnames": "true",
}
"""What Trainer says to version 4, for those after it."""
BROUGHT = "OMPI_MCA_mca_base_env_list"
"""Names of the variables that `mpirun` brings to every process."""


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


def surroundings(env: list[Body]) -> list[Body]:
    """The environment of `mpirun`, with what it needs to bring the same to its workers."""
    names = ";".join(sorted(str(one["name"]) for one in env))
    added = HOSTS | ({BROUGHT: names} if names else {})
    return [*env, *({"name": name, "value": value} for name, value in sorted(added.items()))]


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
