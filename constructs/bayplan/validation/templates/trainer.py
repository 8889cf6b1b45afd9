"""Kubeflow Trainer: a TrainJob fills in the JobSet of its runtime.

Sources: <https://github.com/kubeflow/trainer/blob/master/pkg/runtime/framework/plugins/jobset/builder.go>,
<https://github.com/kubeflow/trainer/blob/master/pkg/apis/trainer/v1alpha1/trainjob_types.go>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at
from bayplan.validation.pod import Container, Count, Pod, containers_in
from bayplan.validation.templates.jobset import JOBSET, JOBSET_LABELS, count_of, labels_of
from bayplan.validation.templates.reading import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.templates.reading import Maker, Tree

GROUP = "trainer.kubeflow.org"
MODELS = (f"ClusterTrainingRuntime.{GROUP}", f"TrainingRuntime.{GROUP}")
STEP = f"{GROUP}/trainjob-ancestor-step"
NODE = "node"
"""Name of the container that trains."""


def train_job(owner: Manifest, tree: Tree) -> Iterator[Pod]:
    """The pods of the runtime's JobSet; of a runtime that is not in the tree those of the trainer alone."""
    runtime = runtime_of(owner, tree)
    if runtime is None:
        yield trainer_alone(owner)
        return
    for _, part in mappings_at(runtime.body, "spec", "template", "spec", "replicatedJobs"):
        step = text_at(mapping_at(part, "template", "metadata", "labels"), STEP)
        template = mapping_at(part, "template", "spec", "template")
        spec = mapping_at(template, "spec")
        where = "/spec/trainer" if step == "trainer" else "/spec/runtimeRef"
        containers = [told(one, owner, where) if step == "trainer" else one for one in containers_in(spec, where)]
        yield Pod(
            owner=owner,
            labels=texts_at(template, "metadata", "labels") | labels_of(owner.ref.name, part),
            added_labels=JOBSET_LABELS,
            spec=filled(spec, containers),
            pointer=where,
            annotations=mapping_at(template, "metadata", "annotations"),
            count=nodes_of(owner, runtime) if step == "trainer" else count_of(part),
            role=text_at(part, "name"),
            is_completed=True,
            written=tuple(containers),
        )


def runtime_of(owner: Manifest, tree: Tree) -> Manifest | None:
    """The runtime that a TrainJob names."""
    kind = text_at(owner.body, "spec", "runtimeRef", "kind") or "ClusterTrainingRuntime"
    namespace = owner.ref.namespace if kind == "TrainingRuntime" else ""
    return tree.find(f"{kind}.{GROUP}", namespace, text_at(owner.body, "spec", "runtimeRef", "name"))


def told(container: Container, owner: Manifest, where: str) -> Container:
    """The container that trains, with what the TrainJob says of it on top of the runtime."""
    return Container(container.body | said(owner), where, container.role) if container.name == NODE else container


def said(owner: Manifest) -> dict[str, Any]:
    """What a TrainJob says of the container that trains."""
    trainer = mapping_at(owner.body, "spec", "trainer")
    fields = {key: trainer[key] for key in ("image", "command", "args", "env") if key in trainer}
    return fields | ({"resources": trainer["resourcesPerNode"]} if "resourcesPerNode" in trainer else {})


def filled(spec: dict[str, Any], containers: list[Container]) -> dict[str, Any]:
    """A PodSpec with those containers."""
    first = [one.body for one in containers if one.role != "container"]
    then = [one.body for one in containers if one.role == "container"]
    return spec | ({"initContainers": first} if first else {}) | {"containers": then}


def nodes_of(owner: Manifest, runtime: Manifest) -> Count:
    """Nodes of the training: of the job, else of its runtime."""
    wanted = number(runtime.body, "spec", "mlPolicy", "numNodes")
    nodes = number(owner.body, "spec", "trainer", "numNodes", default=wanted)
    return Count(nodes, nodes)


def trainer_alone(owner: Manifest) -> Pod:
    """What is known without the runtime."""
    body = {"name": NODE} | said(owner)
    nodes = number(owner.body, "spec", "trainer", "numNodes", default=None)
    return Pod(
        owner=owner,
        labels={f"{JOBSET}jobset-name": owner.ref.name, f"{JOBSET}replicatedjob-name": NODE},
        added_labels=(*JOBSET_LABELS, f"{JOBSET}replicatedjob-replicas"),
        spec={"containers": [body]},
        pointer="/spec/trainer",
        count=Count(nodes, nodes),
        role=NODE,
        is_completed=True,
        written=(Container(body, "/spec/trainer", "container"),),
    )


MAKERS: dict[str, Maker] = {f"TrainJob.{GROUP}": train_job}
