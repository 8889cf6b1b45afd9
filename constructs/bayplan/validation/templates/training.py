"""Jobs of Kubeflow's training operator and of the MPI operator: a template for each role.

Sources: <https://github.com/kubeflow/trainer/blob/release-1.9/pkg/apis/kubeflow.org/v1/common_types.go>,
<https://github.com/kubeflow/mpi-operator/blob/master/pkg/controller/mpi_job_controller.go>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, text_at, value_at
from bayplan.validation.pod import Count
from bayplan.validation.templates.builtin import JOB_LABELS
from bayplan.validation.templates.reading import fixed, number, templated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Pod
    from bayplan.validation.templates.reading import Maker, Tree

ROLES = {
    "JAXJob": "jaxReplicaSpecs",
    "MPIJob": "mpiReplicaSpecs",
    "PaddleJob": "paddleReplicaSpecs",
    "PyTorchJob": "pytorchReplicaSpecs",
    "TFJob": "tfReplicaSpecs",
    "XGBoostJob": "xgbReplicaSpecs",
}
"""Kind to the field that holds its roles."""
TRAINING = "training.kubeflow.org/"


def training_job(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """The pods of each role."""
    kind, field = owner.ref.kind, ROLES[owner.ref.kind]
    is_second = kind == "MPIJob" and not text_at(owner.body, "apiVersion").endswith("/v1")
    controller = "mpi-operator" if is_second else f"{kind.lower()}-controller"
    for name, part in mapping_at(owner.body, "spec", field).items():
        role = str(name).lower()
        labels = {f"{TRAINING}job-name": owner.ref.name, f"{TRAINING}operator-name": controller}
        # the MPI operator, which took MPIJobs over with their second version, says role where others say type
        labels[f"{TRAINING}{'job-role' if is_second else 'replica-type'}"] = role
        yield templated(
            owner,
            *("spec", field, str(name), "template"),
            labels=labels,
            added=(f"{TRAINING}job-role", f"{TRAINING}replica-index", *(JOB_LABELS if is_second else ())),
            count=count_of(owner, role, part),
            role=role,
        )


def count_of(owner: Manifest, role: str, part: object) -> Count:
    """Replicas of a role; workers of an elastic job come and go between two numbers."""
    elastic = mapping_at(owner.body, "spec", "elasticPolicy")
    if elastic and role == "worker":
        said = number(part, "replicas")
        least = number(elastic, "minReplicas", default=said)
        return Count(least, number(elastic, "maxReplicas", default=said))
    return fixed(part, "replicas", default=1 if value_at(part, "template") else 0)


MAKERS: dict[str, Maker] = {f"{kind}.kubeflow.org": training_job for kind in ROLES}
