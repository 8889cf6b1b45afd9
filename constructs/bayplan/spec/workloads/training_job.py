"""A program that learns on one machine or many, ends, and leaves a model behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bayplan.spec.controller import absent
from bayplan.spec.name import PlainText, Whole
from bayplan.spec.quantity import SomeMemoryText
from bayplan.spec.span import SpanText
from bayplan.spec.training_agreement import ROLES, contradictions
from bayplan.spec.traits.checkpoints import Checkpoints
from bayplan.spec.workloads.group import Group
from bayplan.spec.workloads.role import Role
from bayplan.spec.workloads.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.spec.cluster import Cluster
    from bayplan.spec.traits.accelerator import Accelerator
    from bayplan.spec.traits.storage import Storage
    from bayplan.spec.wrong import Wrong

RETRIES = 3
"""Where checkpoints make a new start cheap."""


class TrainingJob(Workload):
    """Workers that train one model together. It runs once: again only where its words change what it runs.

    Its pods stay out of the mesh: workers talk to each other all the time, by protocols of their own on ports of their
    own choice, and a proxy between them would slow every step down, and would keep pods of a finished job alive.
    """

    kind: Literal["TrainingJob"] = "TrainingJob"
    """Which kind of workload it is; in Python the class says it."""
    framework: Literal["pytorch", "tensorflow", "jax", "mpi"] = "pytorch"
    """Whose environment the pods find: `PET_*` for `torchrun` (pytorch), `TF_CONFIG` (tensorflow), `JAX_*` (jax), a
    host file and keys for `mpirun` (mpi)."""
    workers: Annotated[Whole, Field(ge=1, le=1000)] = 2
    """Pods that train. `resources` and `accelerator` are those of one of them."""
    workers_min: Annotated[Whole, Field(ge=1, le=1000)] | None = None
    """Fewest workers that go on while others have no machine: then it is elastic (`torchrun` with `min:max` nodes). By
    default all of them run, or none."""
    processes_per_worker: Annotated[Whole, Field(ge=1, le=1024)] | None = None
    """Processes in one worker. By default one for each of its accelerators; one for tensorflow and jax, where one
    process drives all of them."""
    batch_size: Annotated[Whole, Field(ge=1)] | None = None
    """Examples in one step of all processes together; the program finds it in `BATCH_SIZE`, and the part of one process
    in `BATCH_SIZE_PER_PROCESS`."""
    parameter_servers: Role | None = None
    """Pods that hold the parameters, for TensorFlow's ParameterServerStrategy; workers then need not be in step."""
    chief: Role | None = None
    """The pod that leads the others, of TensorFlow. By default worker 0; with parameter servers a pod without
    accelerators."""
    evaluator: Role | None = None
    """A pod that measures each checkpoint while the others train, of TensorFlow. Nobody waits for it at the end."""
    checkpoints: Checkpoints | None = None
    """Where it keeps what it has learnt, so that after a failure it goes on from there. By default nowhere: who is
    started again begins anew."""
    retries: Annotated[Whole, Field(ge=0, le=100)] | None = None
    """How often all of it is started again after a failure. What loses its machine to others or to spot does not count.
    By default 3 with checkpoints and 0 without. A change counts for the next run, as of `deadline`."""
    deadline: SpanText | None = None
    """How long one attempt may run (`"12h"`, `"2d"`): then it has failed, and is not tried again. By default any
    time."""
    shared_memory: SomeMemoryText | None = None
    """Size of /dev/shm, by which processes of one pod exchange data; what lies there counts as memory of the pod. By
    default 8 GiB for each accelerator, or 1 GiB without, and never more than half of the memory."""
    gang: Literal["zone", "network"] | None = None
    """All pods, of all roles, together: in one `zone`, or on one fast `network` within a zone. By default anywhere."""
    run: PlainText = ""
    """Any text. Change it to run the same once more: `"2"`, `"after the data was mended"`."""

    def contradictions(self) -> Iterator[Wrong]:
        """Those of all workloads, and those of training."""
        yield from super().contradictions()
        yield from contradictions(self)

    def missing_on(self, cluster: Cluster) -> Iterator[Wrong]:
        """What starts its pods; Kubeflow Trainer comes with JobSet."""
        yield from super().missing_on(cluster)
        if self.framework == "mpi":
            why = "which makes the keys with which mpirun reaches its workers"
            yield from absent(cluster, self.name, "kubeflow-trainer", why)
        elif "kubeflow-trainer" not in cluster.controllers:
            why = f"or kubeflow-trainer, which start the pods of {self.framework} together"
            yield from absent(cluster, self.name, "jobset", why)

    @property
    def processes(self) -> int:
        """Processes of one worker."""
        if self.processes_per_worker:
            return self.processes_per_worker
        whole = self.framework in ("pytorch", "mpi") and self.accelerator and not self.accelerator.share
        return self.accelerator.count if whole and self.accelerator else 1

    @property
    def roles(self) -> tuple[tuple[str, Role], ...]:
        """Pods by what they do, as TensorFlow calls it; the sole role of other frameworks is `node`."""
        workers = Role(count=self.workers, resources=self.resources, accelerator=self.accelerator)
        if self.framework != "tensorflow":
            return (("node", workers),)
        chief = self.chief or (Role() if self.parameter_servers else None)
        said = (("chief", chief), ("worker", workers), ("ps", self.parameter_servers), ("evaluator", self.evaluator))
        return tuple((name, role) for name, role in said if role)

    @property
    def in_mesh(self) -> bool:
        """Its pods find each other by address, on ports that they choose."""
        return False

    @property
    def groups(self) -> tuple[Group, ...]:
        """One for each role; none of its pods runs all the time."""
        roles = self.roles
        return tuple(
            Group(
                name=name if len(roles) > 1 else "",
                resources=role.resources or self.resources,
                accelerator=role.accelerator,
                pods_min=0,
                pods_max=role.count,
                # who has no accelerators is on no fast network, but in the zone of those who are
                gang="zone" if self.gang and self.accelerator and not role.accelerator else self.gang,
                party=len(roles) > 1,
            )
            for name, role in roles
        )

    @property
    def accelerators(self) -> Mapping[str, Accelerator]:
        """With those of its other roles."""
        said = {word: getattr(self, word) for word in ROLES}
        roles = {f"{word}/accelerator": role.accelerator for word, role in said.items() if role and role.accelerator}
        return {**super().accelerators, **roles}

    @property
    def volumes(self) -> Mapping[str, Storage]:
        """With that of its checkpoints."""
        kept = self.checkpoints.volume if self.checkpoints else None
        return {**super().volumes, **({"checkpoints": kept} if kept else {})}

    @property
    def pods(self) -> int:
        """Pods of all roles."""
        return sum(role.count for _, role in self.roles)

    @property
    def attempts_more(self) -> int:
        """How often it is started again after a failure."""
        if self.retries is not None:
            return self.retries
        return RETRIES if self.checkpoints else 0
