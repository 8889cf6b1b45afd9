"""A TrainJob runs on a runtime that does not exist.

The webhook of Kubeflow Trainer refuses the TrainJob, and Flux applies nothing of its Kustomization. A runtime is one
for the cluster (`ClusterTrainingRuntime`) where `kind` says nothing else; a TrainingRuntime is looked for in the job's
own namespace. Where the tree has no runtime at all, Trainer's manifests bring them, and it is not known.

Source: <https://www.kubeflow.org/docs/components/trainer/operator-guides/runtime/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, text_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: trainer.kubeflow.org/v1alpha1
kind: TrainJob
metadata: {name: tune, namespace: train}
spec: {runtimeRef: {name: torch-large}}
---
apiVersion: trainer.kubeflow.org/v1alpha1
kind: TrainingRuntime
metadata: {name: torch-large, namespace: train}
spec:
  template:
    spec:
      replicatedJobs:
        - name: node
          template:
            spec:
              template:
                spec: {containers: [{name: node, image: "registry.example.com/torch@sha256:0"}]}
"""
GOOD = BAD.replace("{name: torch-large}}", "{name: torch-large, kind: TrainingRuntime}}")

GROUP = "trainer.kubeflow.org"
KINDS = ("ClusterTrainingRuntime", "TrainingRuntime")
SHIPPED = ("deepspeed-", "jax-", "mlx-", "mpi-", "plainml-", "torch-distributed", "torchtune-", "xgboost-")
"""Starts of runtimes that come with Trainer."""


@rule(
    "QUE006",
    severity=Severity.SYNC,
    rows=("G5",),
    kinds=(f"TrainJob.{GROUP}",),
    fix="name a runtime that exists, with its kind",
)
def training_runtime_is_missing(job: Manifest, world: World) -> Iterator[Hit]:
    """Look the runtime up by kind and name."""
    name = text_at(job.body, "spec", "runtimeRef", "name")
    kind = text_at(job.body, "spec", "runtimeRef", "kind") or KINDS[0]
    if not name or is_variable(name) or kind not in KINDS:
        return
    namespace = "" if kind == KINDS[0] else job.ref.namespace
    lack = world.lack(f"{kind}.{GROUP}", namespace, name)
    if lack is None:
        return
    others = [one for other in KINDS for one in world.by_name.get((f"{other}.{GROUP}", name), ())]
    near = f"; there is {', '.join(str(one.ref) for one in others)}" if others else ""
    has_any = any(f"{one}.{GROUP}" in world.by_kind for one in KINDS)
    is_shipped = kind == KINDS[0] and (name.startswith(SHIPPED) or not has_any)
    doubt = ", but Trainer's own manifests may bring it" if is_shipped else lack.doubt
    told = f"runs on {kind} {name}, which does not exist{near}{doubt}"
    yield Hit("/spec/runtimeRef", told, Status.UNKNOWN if is_shipped else lack.status)
