"""What programs that train find in their environment, whatever the framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.amount import parse

if TYPE_CHECKING:
    from bayplan.spec.traits.accelerator import Accelerator
    from bayplan.spec.traits.resources import Resources
    from bayplan.spec.workloads.training_job import TrainingJob

GIB = 2**30
MIB = 2**20
MEETING = {False: "timeout=3600", True: "join_timeout=3600,read_timeout=3600"}
"""How long workers wait for each other, by whether they are elastic. By itself `torchrun` gives up after ten minutes,
elastic ones after one, while others still fetch a large image or wait for machines that are being made.

Source: `torch.distributed.elastic.rendezvous`, static_tcp_rendezvous.py and c10d_rendezvous_backend.py
"""
INTERFACE = "eth0"
"""Of a pod, in the network that its policies are about; others belong to what the nodes have besides."""


def environment(job: TrainingJob, name: str) -> dict[str, str]:
    """Settings of all pods of a job of a name; what the workload says goes first."""
    found = {} if job.framework == "mpi" else {"HOME": "/tmp", "USER": "training"}  # noqa: S108 - a path in the pod
    if job.checkpoints:
        found["CHECKPOINT_DIR"] = job.checkpoints.place(name)
    if job.batch_size:
        found["BATCH_SIZE"] = str(job.batch_size)
        found["BATCH_SIZE_PER_PROCESS"] = str(job.batch_size // (job.workers * job.processes))
    if job.framework == "pytorch" and job.pods > 1:
        found["PET_RDZV_CONF"] = MEETING[job.workers_min is not None]
    if job.gang == "network" and job.accelerator:
        # where a machine has several networks NCCL would look for its partners in any of them
        found["NCCL_SOCKET_IFNAME"] = INTERFACE
    return {**found, **job.env}


def shared_memory_mib(job: TrainingJob, resources: Resources, accelerator: Accelerator | None) -> int:
    """Size of /dev/shm in MiB. It is a part of the pod's memory, so at most half of it unless somebody says more."""
    if job.shared_memory:
        return max(1, int(parse(job.shared_memory)) // MIB)
    wanted = 8 * GIB * accelerator.count if accelerator else GIB
    # 0 would be no limit at all
    return max(1, int(min(wanted, parse(resources.memory_limit or resources.memory) // 2)) // MIB)
