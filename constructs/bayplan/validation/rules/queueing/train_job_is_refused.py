"""A TrainJob does not go with its runtime.

Trainer's webhook reads both, turns the TrainJob down, and Flux applies nothing of its Kustomization: a variable that
the framework's plugin sets itself, data or a model that no job of the runtime fetches, a patch of nobody. Leave such
variables out, take a runtime with the job, or name who patches with a domain.

Source: <https://www.kubeflow.org/docs/components/trainer/operator-guides/runtime/>,
<https://github.com/kubeflow/trainer/blob/v2.3.0/pkg/runtime/framework/plugins/jobset/jobset.go>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.manifests.ref import Ref
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

    Body = dict[str, Any]

BAD = """
apiVersion: trainer.kubeflow.org/v1alpha1
kind: TrainJob
metadata: {name: tune, namespace: train}
spec:
  runtimeRef: {name: torch, kind: TrainingRuntime}
  trainer: {env: [{name: PET_NNODES, value: "4"}]}
---
apiVersion: trainer.kubeflow.org/v1alpha1
kind: TrainingRuntime
metadata: {name: torch, namespace: train}
spec:
  mlPolicy: {numNodes: 2, torch: {}}
  template:
    spec:
      replicatedJobs:
        - name: node
          template:
            spec:
              template:
                spec: {containers: [{name: node, image: "registry.example.com/torch@sha256:0"}]}
"""
GOOD = BAD.replace("PET_NNODES", "EPOCHS")
GROUP = "trainer.kubeflow.org"
RESERVED = {
    "torch": ("PET_MASTER_ADDR", "PET_MASTER_PORT", "PET_NNODES", "PET_NODE_RANK", "PET_NPROC_PER_NODE"),
    "xgboost": ("DMLC_NUM_WORKER", "DMLC_TASK_ID", "DMLC_TRACKER_PORT", "DMLC_TRACKER_URI"),
    "mpi": (
        "OMPI_MCA_orte_default_hostfile",
        "OMPI_MCA_orte_keep_fqdn_hostnames",
        "OMPI_MCA_orte_set_default_slots",
        "OMPI_MCA_plm_rsh_args",
    ),
}
"""Variables that the plugin of a framework sets itself."""
FETCHERS = {"dataset": "dataset-initializer", "model": "model-initializer"}
"""Jobs that fetch data and models; their containers have the same names, and mount the volume of that name."""
VOLUME = "initializer"
PATH = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9/_.~!$&'()*+,;=:@%-]+")


@rule(
    "QUE030",
    severity=Severity.SYNC,
    rows=("G5",),
    kinds=(f"TrainJob.{GROUP}",),
    fix="say only what the runtime leaves open",
)
def train_job_is_refused(job: Manifest, world: World) -> Iterator[Hit]:
    """Compare it with its runtime, where the tree has that."""
    spec = mapping_at(job.body, "spec")
    for number, patch in mappings_at(spec, "runtimePatches"):
        manager = text_at(patch, "manager")
        if manager and not is_variable(manager) and not PATH.fullmatch(manager):
            place = f"/spec/runtimePatches/{number}/manager"
            yield Hit(place, f"{manager} is no path with a domain, such as example.com/team")
    kind = text_at(spec, "runtimeRef", "kind") or "ClusterTrainingRuntime"
    namespace = "" if kind == "ClusterTrainingRuntime" else job.ref.namespace
    found = world.inventory.by_ref.get(Ref(GROUP, kind, namespace, text_at(spec, "runtimeRef", "name")), ())
    if len(found) != 1:
        return  # other rules tell, or it comes from elsewhere
    (runtime,) = found
    yield from _environment(spec, mapping_at(runtime.body, "spec", "mlPolicy"))
    jobs = {
        text_at(one, "name"): mapping_at(one, "template", "spec", "template", "spec")
        for _, one in mappings_at(runtime.body, "spec", "template", "spec", "replicatedJobs")
    }
    yield from _fetched(spec, jobs)


def _environment(spec: Body, policy: Body) -> Iterator[Hit]:
    for framework, names in RESERVED.items():
        for number, variable in mappings_at(spec, "trainer", "env") if framework in policy else ():
            if (name := text_at(variable, "name")) in names:
                yield Hit(f"/spec/trainer/env/{number}/name", f"sets {name}, which Trainer sets for {framework}")


def _fetched(spec: Body, jobs: dict[str, Body]) -> Iterator[Hit]:
    for what, name in FETCHERS.items():
        if what not in mapping_at(spec, "initializer"):
            continue
        at = f"/spec/initializer/{what}"
        fetching = [one for _, one in mappings_at(jobs.get(name), "containers") if text_at(one, "name") == name]
        if name not in jobs:
            yield Hit(at, f"is fetched by a job {name}, which the runtime has not")
        elif not fetching:
            yield Hit(at, f"is fetched by a container {name}, which the runtime's job {name} has not")
        elif not any(
            text_at(mount, "name") == VOLUME for one in fetching for _, mount in mappings_at(one, "volumeMounts")
        ):
            yield Hit(at, f"goes to the volume {VOLUME}, which the runtime's container {name} does not mount")
