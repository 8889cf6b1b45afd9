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
STEPS = {"dataset-initializer": "dataset", "model-initializer": "model"}
"""Steps of a job to the field that says what they load."""
LISTS = ("imagePullSecrets", "tolerations", "volumes")
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
        where = "/spec/trainer" if step == "trainer" else "/spec/runtimeRef"
        spec = patched(owner, text_at(part, "name"), mapping_at(template, "spec"))
        containers = [told(one, owner, step, where) for one in containers_in(spec, where)]
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


def told(container: Container, owner: Manifest, step: str, where: str) -> Container:
    """A container of the runtime, with what the TrainJob says of it on top."""
    part = STEPS.get(step, "")
    if step == "trainer" and container.name == NODE:
        return Container(container.body | said(owner) | {"env": env_of(container.body, owner)}, where, container.role)
    secret = text_at(owner.body, "spec", "initializer", part, "secretRef", "name") if part else ""
    if container.name != step or not secret:
        return container
    asked = {"secretRef": {"name": secret}}
    sources = [one for _, one in mappings_at(container.body, "envFrom")]
    return Container(container.body | {"envFrom": [*sources, asked]}, f"/spec/initializer/{part}", container.role)


def env_of(body: dict[str, Any], owner: Manifest) -> list[dict[str, Any]]:
    """The variables of the runtime, with those of the TrainJob in the place of what has their name, and behind."""
    mine = [one for _, one in mappings_at(owner.body, "spec", "trainer", "env")]
    names = {text_at(one, "name") for one in mine}
    return [one for _, one in mappings_at(body, "env") if text_at(one, "name") not in names] + mine


def patched(owner: Manifest, job: str, spec: dict[str, Any]) -> dict[str, Any]:
    """The PodSpec of one Job of the runtime with the patches of the TrainJob: lists grow, all else is replaced."""
    for _, patch in mappings_at(owner.body, "spec", "runtimePatches"):
        for _, part in mappings_at(patch, "trainingRuntimeSpec", "template", "spec", "replicatedJobs"):
            if text_at(part, "name") == job:
                more = mapping_at(part, "template", "spec", "template", "spec")
                added = {key: listed(spec, key) + listed(more, key) for key in LISTS if listed(more, key)}
                kept = {
                    key: value for key, value in more.items() if key not in (*LISTS, "containers", "initContainers")
                }
                spec = spec | kept | added
    return spec


def said(owner: Manifest) -> dict[str, Any]:
    """What a TrainJob says of the container that trains."""
    trainer = mapping_at(owner.body, "spec", "trainer")
    fields = {key: trainer[key] for key in ("image", "command", "args") if key in trainer}
    return fields | ({"resources": trainer["resourcesPerNode"]} if "resourcesPerNode" in trainer else {})


def listed(spec: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The mappings of a list."""
    return [one for _, one in mappings_at(spec, key)]


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
    body = {"name": NODE} | said(owner) | {"env": env_of({}, owner)}
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
