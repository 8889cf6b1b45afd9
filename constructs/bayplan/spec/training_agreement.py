"""What a training job may not ask for at once: numbers that do not divide, roles that a framework does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.amount import parse
from bayplan.spec.span import seconds_of, show_span
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.workloads.training_job import TrainingJob

SETTING_MOST = 2**17 - 1
"""Bytes of one setting, with its name, as Linux takes it (MAX_ARG_STRLEN)."""
NAME_MOST = 63
"""Of a pod: `<name>-<8 digits>-<role>-0-<number>-<5 letters>`, as JobSet checks it."""
GIVEN = ("BATCH_SIZE", "BATCH_SIZE_PER_PROCESS", "CHECKPOINT_DIR", "JOB_COMPLETION_INDEX", "TASK_INDEX", "TF_CONFIG")
GIVEN_PREFIXES = (
    "PET_N",
    "PET_MA",
    "PET_RDZV_BACKEND",
    "PET_RDZV_ENDPOINT",
    "PET_RDZV_ID",
    "JAX_COORDINATOR_",
    "JAX_NUM_PROCESSES",
    "JAX_PROCESS_ID",
    "OMPI_MCA_orte_",
    "OMPI_MCA_plm_",
    "OMPI_MCA_mca_base_env_list",
    "PRTE_MCA_plm_ssh_args",
    "PRTE_MCA_prte_default_hostfile",
    "PRTE_MCA_prte_keep_fqdn_hostnames",
)
"""Settings that say who a pod is: Trainer refuses jobs that bring some of them."""
ROLES = ("parameter_servers", "chief", "evaluator")


def contradictions(job: TrainingJob) -> Iterator[Wrong]:
    """Everything in which its words exclude each other, each at the one that is easier to change."""
    yield from _roles(job)
    yield from _cluster(job)
    yield from _processes(job)
    yield from _batch(job)
    yield from _elastic(job)
    yield from _volumes(job)
    yield from _times(job)
    yield from _rest(job)


def _roles(job: TrainingJob) -> Iterator[Wrong]:
    for word in ROLES:
        if job.framework != "tensorflow" and getattr(job, word):
            what = f"{job.framework} has no {word.replace('_', ' ')}, only tensorflow has"
            yield Wrong(what=what, fix="Remove it, or say framework: tensorflow.", at=f"/{word}")
    for word in ("chief", "evaluator"):
        role = getattr(job, word)
        if role and role.count > 1:
            yield Wrong(
                what=f"{role.count} of {word}: there can be only one", fix="Leave count out.", at=f"/{word}/count"
            )
    servers = job.parameter_servers
    if servers and servers.count > job.workers:
        what = f"{servers.count} parameter servers for {job.workers} workers: some would have nobody to serve"
        fix = f"Say at most {job.workers}, or more workers."
        yield Wrong(what=what, fix=fix, at="/parameter_servers/count")
    if job.framework == "mpi" and job.workers < 2:
        fix = "Say workers: 2 or more, or another framework: mpirun starts on one worker and reaches the others."
        yield Wrong(what="mpi with 1 worker", fix=fix, at="/workers")


def _cluster(job: TrainingJob) -> Iterator[Wrong]:
    """Every pod finds the names of all pods in one setting."""
    told = [(role, of.count) for role, of in job.roles if role != "evaluator"]
    longest = (len(f"'{job.name}-12345678-{role}-0-999.{job.name}-12345678:2222', ") * count for role, count in told)
    size = sum(longest) + 200
    if job.framework == "tensorflow" and size > SETTING_MOST:
        pods = sum(count for _, count in told)
        what = f"TF_CONFIG names {pods} pods in up to {size} bytes, and Linux takes {SETTING_MOST} for one setting"
        fix = f"Say at most {pods * SETTING_MOST // size} in all, or a shorter name."
        yield Wrong(what=what, fix=fix, at="/workers")


def _processes(job: TrainingJob) -> Iterator[Wrong]:
    said, accelerators = job.processes_per_worker or 1, job.accelerator.count if job.accelerator else 0
    if job.framework in ("tensorflow", "jax") and said > 1:
        what = f"{said} processes in each worker: {job.framework} has one, which drives all of its accelerators"
        fix = f"Leave it out, or say workers: {job.workers * said} with fewer accelerators each."
        yield Wrong(what=what, fix=fix, at="/processes_per_worker")
    elif job.processes_per_worker and accelerators % said:
        several = "accelerators" if accelerators > 1 else "accelerator"
        what = f"{accelerators} {several} of a worker cannot be divided among {said} processes"
        divisors = [str(one) for one in range(1, accelerators + 1) if accelerators % one == 0]
        yield Wrong(what=what, fix=f"Say {' or '.join(divisors)}.", at="/processes_per_worker")


def _batch(job: TrainingJob) -> Iterator[Wrong]:
    total = job.workers * job.processes
    if job.batch_size is None:
        return
    if job.workers_min:
        fix = "Keep one of them: let the program divide its data by the number of processes that it finds."
        yield Wrong(what="batch_size cannot be divided among an unknown number of workers", fix=fix, at="/batch_size")
    elif job.batch_size % total:
        what = f"batch_size {job.batch_size} cannot be divided among {total} processes"
        what += f" ({job.workers} workers with {job.processes} each)"
        below, above = job.batch_size // total * total, -(-job.batch_size // total) * total
        fix = f"Say {below} or {above}." if below else f"Say {above}."
        yield Wrong(what=what, fix=fix, at="/batch_size")


def _elastic(job: TrainingJob) -> Iterator[Wrong]:
    least = job.workers_min
    if least is None:
        return
    if job.framework != "pytorch":
        what = f"{job.framework} cannot go on with fewer workers; torchrun of pytorch can"
        yield Wrong(what=what, fix="Remove it.", at="/workers_min")
    if least > job.workers:
        fix = f"Say at most {job.workers}, or more workers."
        yield Wrong(what=f"workers_min {least} is above workers {job.workers}", fix=fix, at="/workers_min")
    if job.gang:
        fix = "Keep one of them: a gang runs whole or not at all."
        yield Wrong(what="a gang cannot go on with fewer workers", fix=fix, at="/workers_min")


def _volumes(job: TrainingJob) -> Iterator[Wrong]:
    kept = job.checkpoints
    if kept and kept.size and not kept.shared and job.pods > 1:
        what = f"the checkpoints of {job.pods} pods go to one volume that a single machine can use"
        fix = "Say shared: true with the type of a shared file system, url of an object store, or one pod."
        yield Wrong(what=what, fix=fix, at="/checkpoints/size")
    storage = job.storage
    if storage and storage.size and not storage.shared and job.pods > 1:
        what = f"{job.pods} pods write to one volume that a single machine can use"
        fix = "Say shared: true with the type of a shared file system, or name a claim that many may use."
        yield Wrong(what=what, fix=fix, at="/storage/size")
    if kept and storage and kept.zone and storage.zone and kept.zone[-1] != storage.zone[-1]:
        what = f"its volumes are in zones {storage.zone} and {kept.zone}, where no pod can use both"
        yield Wrong(what=what, fix="Say one zone.", at="/checkpoints/zone")
    if kept and kept.volume and storage and kept.path == storage.path:
        fix = "Give one another path."
        yield Wrong(what=f"checkpoints and storage both lie at {kept.path}", fix=fix, at="/checkpoints/path")


def _times(job: TrainingJob) -> Iterator[Wrong]:
    deadline = seconds_of(job.deadline) if job.deadline else None
    if deadline is None:
        return
    if deadline < 60:
        what = f"a deadline of {show_span(str(job.deadline))} is over before an image is there"
        yield Wrong(what=what, fix='Say at least "1m".', at="/deadline")
    elif job.checkpoints and deadline <= job.checkpoints.save_seconds:
        save = show_span(job.checkpoints.save_time)
        what = f"the deadline {show_span(str(job.deadline))} is not longer than writing one checkpoint takes ({save})"
        yield Wrong(what=what, fix="Raise it, or lower checkpoints.save_time.", at="/deadline")


def _rest(job: TrainingJob) -> Iterator[Wrong]:
    for name in job.env:
        if name in GIVEN or name.startswith(GIVEN_PREFIXES):
            what = f"{name} is told to each pod by what starts it"
            yield Wrong(what=what, fix="Remove it from env; other words say it.", at=f"/env/{name}")
    memory = job.resources.memory_limit or job.resources.memory
    if job.shared_memory and parse(job.shared_memory) >= parse(memory):
        what = f"shared_memory {job.shared_memory} leaves nothing of the memory {memory}, of which it is a part"
        yield Wrong(what=what, fix="Lower it, or raise resources.memory.", at="/shared_memory")
    if 0 < job.spot_percent < 100:
        fix = "Say spot: 100% or leave it out: its pods run all or none, so the loss of one stops all."
        yield Wrong(what="a training job cannot run on spot in part", fix=fix, at="/spot")
    for role, of in job.roles:
        longest = f"{job.name}-12345678-{role}-0-{of.count - 1}-abcde"
        if len(longest) > NAME_MOST:
            over = len(longest) - NAME_MOST
            what = (
                f"the name has {len(job.name)} characters, with which those of its pods have {len(longest)} ({longest})"
            )
            yield Wrong(what=what, fix=f"Take a name of at most {len(job.name) - over}.", at="/name")
            break
