"""The pods of one role of a training job, as a framework wants them and before a controller makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.render.api_object import Body
    from bayplan.spec.workloads.role import Role as Spec

PORT = 29500
"""Where the first worker is met by the others: Kubeflow Trainer's own choice, kept everywhere."""
NOBODY = 65532
NUMBER = {"fieldRef": {"fieldPath": "metadata.annotations['batch.kubernetes.io/job-completion-index']"}}
"""The number of a pod among those of its role, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Pods that are alike."""

    name: str
    """That of the replicated job."""
    group: str
    """What the plan calls them: "" where all pods are of one group."""
    count: int
    said: Spec
    env: Sequence[Body] = ()
    """What tells each of them who it is and where the others are; it stands behind all other settings."""
    command: tuple[str, ...] = ()
    """Instead of the workload's command and args."""
    extra: Body = field(default_factory=dict)
    """Further fields of the container."""
    ends: bool = True
    """Whether the job has succeeded only when these have."""
    first_decides: bool = False
    """Whether these have succeeded as soon as their first has."""
    lone: bool = False
    """Whether one of them may be replaced alone, while all others go on."""
    retries: int = 0
    """How often a lone one is replaced after a failure."""
    after: Literal["", "node"] = ""
    """The role that has to be ready before."""
    user: int = NOBODY
    mounts: Sequence[Body] = ()


def host(job: str, role: str, number: int) -> str:
    """The stable name of a pod in the DNS of its namespace, as JobSet gives it.

    Source: <https://jobset.sigs.k8s.io/docs/concepts/>
    """
    return f"{job}-{role}-0-{number}.{job}"


def setting(name: str, value: str | int) -> Body:
    """An environment variable."""
    return {"name": name, "value": str(value)}
