"""KServe: predictor, transformer and explainer of an InferenceService, as Deployments or as Knative Services.

Sources: <https://github.com/kserve/kserve/blob/master/pkg/controller/v1beta1/inferenceservice/components/predictor.go>,
<https://github.com/kserve/kserve/blob/master/pkg/constants/constants.go>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import annotation, mapping_at, mappings_at, text_at, texts_at
from bayplan.validation.pod import Container, Count, Pod, containers_in
from bayplan.validation.templates.knative import KNATIVE_LABELS, SERVING
from bayplan.validation.templates.reading import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.templates.reading import Maker, Tree

GROUP = "serving.kserve.io"
MODELS = (f"ClusterServingRuntime.{GROUP}", f"ServingRuntime.{GROUP}")
PARTS = ("predictor", "transformer", "explainer")
FRAMEWORKS = (
    *("art", "huggingface", "lightgbm", "model", "onnx", "paddle", "pmml", "pytorch", "sklearn", "tensorflow"),
    *("triton", "xgboost"),
)
"""Fields that hold a container beside what KServe needs to find its image."""
CONTAINER = "kserve-container"
RAW = frozenset({"RawDeployment", "Standard"})
KNATIVE = frozenset({"Serverless", "Knative"})


class Model(NamedTuple):
    """What a serving runtime gives: its PodSpec and labels."""

    spec: dict[str, Any]
    labels: dict[str, str]


NO_MODEL = Model({}, {})


def inference_service(owner: Manifest, tree: Tree) -> Iterator[Pod]:
    """The pods of each part, and those of further nodes."""
    if annotation(owner.body, f"{GROUP}/deploymentMode") == "ModelMesh":
        return  # the model goes into pods that serve many
    for name in PARTS:
        part = mapping_at(owner.body, "spec", name)
        if part:
            yield part_of(owner, name, part, tree)
            if mapping_at(part, "workerSpec"):
                yield worker_of(owner, name, part)


def part_of(owner: Manifest, name: str, part: dict[str, Any], tree: Tree) -> Pod:
    """The pods of one part."""
    where = pointer("spec", name)
    model = model_of(owner, part, tree)
    containers = containers_of(part, where, model)
    bodies = [one.body for one in containers if one.role == "container"]
    labels, added = labels_of(owner, name, part)
    return Pod(
        owner=owner,
        labels=model.labels | labels,
        added_labels=added,
        spec=model.spec | {key: value for key, value in part.items() if key not in FRAMEWORKS} | {"containers": bodies},
        pointer=where,
        annotations=mapping_at(owner.body, "metadata", "annotations") | mapping_at(part, "annotations"),
        count=count_of(part),
        role=name,
        is_completed=True,
        written=tuple(containers),
    )


def worker_of(owner: Manifest, name: str, part: dict[str, Any]) -> Pod:
    """Further nodes of a model that one node cannot hold."""
    worker = mapping_at(part, "workerSpec")
    nodes = number(worker, "pipelineParallelSize", default=None)
    labels, added = labels_of(owner, name, part, suffix="-worker")
    count = Count(nodes - 1, nodes - 1) if nodes else Count(None, None)
    where = pointer("spec", name, "workerSpec")
    return Pod(
        owner=owner,
        labels=labels,
        added_labels=added,
        spec=worker,
        pointer=where,
        count=count,
        role="worker",
        is_completed=True,
    )


def labels_of(
    owner: Manifest, name: str, part: dict[str, Any], *, suffix: str = ""
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Labels of a part's pods; how it is deployed may be said for the whole cluster, where we cannot see it."""
    mode = annotation(owner.body, f"{GROUP}/deploymentMode")
    own = text_at(part, "name") if name == "predictor" else ""
    full = "-".join(filter(None, (owner.ref.name, own, name)))
    labels = texts_at(owner.body, "metadata", "labels") | texts_at(part, "labels")
    labels |= {f"{GROUP}/inferenceservice": owner.ref.name, "component": name}
    if mode not in KNATIVE:
        labels |= {"app": f"isvc.{full}{suffix}"}
    if mode in RAW:
        return labels, ("pod-template-hash", f"{GROUP}/inferenceservice-generation")
    knative = {f"{SERVING}service": full, f"{SERVING}configuration": full}
    if mode in KNATIVE:
        return labels | knative, KNATIVE_LABELS
    return labels, (*KNATIVE_LABELS, *knative)


def containers_of(part: dict[str, Any], where: str, model: Model) -> list[Container]:
    """The containers of a part: its own, or the runtime's with what is said of the model on top."""
    found = containers_in(part, where)
    for field in FRAMEWORKS:
        said = mapping_at(part, field)
        if said:
            base = next((one for _, one in mappings_at(model.spec, "containers") if one.get("name") == CONTAINER), {})
            return [*found, Container(base | {"name": CONTAINER} | said, f"{where}/{field}", "container")]
    return found


def model_of(owner: Manifest, part: dict[str, Any], tree: Tree) -> Model:
    """The serving runtime that a model names, if it is in the tree; the namespace's own goes before the cluster's."""
    name = text_at(part, "model", "runtime")
    runtime = tree.find(f"ServingRuntime.{GROUP}", owner.ref.namespace, name)
    runtime = runtime or tree.find(f"ClusterServingRuntime.{GROUP}", "", name)
    if not name or runtime is None:
        return NO_MODEL
    spec = mapping_at(runtime.body, "spec")
    return Model(dict(spec), texts_at(spec, "labels"))


def count_of(part: dict[str, Any]) -> Count:
    """From `minReplicas`, 1 where it is not said, to `maxReplicas`; 0 there means no end."""
    least = number(part, "minReplicas")
    return Count(least, number(part, "maxReplicas", default=None) or None)


MAKERS: dict[str, Maker] = {f"InferenceService.{GROUP}": inference_service}
