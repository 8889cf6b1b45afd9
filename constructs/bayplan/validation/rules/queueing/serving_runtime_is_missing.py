"""No runtime can serve the model.

KServe makes the pods of an InferenceService from a runtime: the one that it names, in its own namespace or for the
cluster, or the one that supports its model format and may be chosen. Where there is none, no pod is made. Where the
tree has no runtime at all, KServe's own chart brings them: then it can only be said that nothing here does.

Source: <https://kserve.github.io/website/docs/concepts/resources/servingruntime>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, value_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: chat, namespace: chat}
spec: {predictor: {model: {modelFormat: {name: onnx}, runtime: tritom, storageUri: "s3://models/chat"}}}
---
apiVersion: serving.kserve.io/v1alpha1
kind: ClusterServingRuntime
metadata: {name: triton}
spec:
  supportedModelFormats: [{name: onnx, version: "1", autoSelect: true}]
  containers: [{name: kserve-container, image: "registry.example.com/triton@sha256:0"}]
"""
GOOD = BAD.replace("tritom", "triton")

RUNTIME = "ServingRuntime.serving.kserve.io"
CLUSTER_RUNTIME = "ClusterServingRuntime.serving.kserve.io"


@rule(
    "QUE005",
    severity=Severity.DOWN,
    rows=("G5",),
    kinds=("InferenceService.serving.kserve.io",),
    fix="name a runtime that exists, or add one that supports the model format",
)
def serving_runtime_is_missing(service: Manifest, world: World) -> Iterator[Hit]:
    """Look the runtime up by name, or by the format of the model."""
    model = mapping_at(service.body, "spec", "predictor", "model")
    runtimes = runtimes_for(service, world)
    name, kind = text_at(model, "runtime"), text_at(model, "modelFormat", "name")
    if not model or is_variable(name + kind):
        return
    if name and name not in {one.ref.name for one in runtimes}:
        lack = world.lack(RUNTIME, service.ref.namespace, name)
        if lack is not None:
            unsure = not runtimes or name.startswith("kserve-")
            doubt = ", but KServe's own chart may bring it" if unsure else lack.doubt
            told = f"is served by runtime {name}, which neither its namespace nor the cluster has{doubt}"
            yield Hit("/spec/predictor/model/runtime", told, Status.UNKNOWN if unsure else lack.status)
    elif not name and kind and not any(serves(one, kind) for one in runtimes):
        told = f"has a model of format {kind}, which no runtime of this tree may be chosen for"
        yield Hit("/spec/predictor/model/modelFormat", f"{told}, but one of KServe's own chart may", Status.UNKNOWN)


def runtimes_for(service: Manifest, world: World) -> list[Manifest]:
    """The runtimes that an InferenceService can use."""
    own = [one for one in world.by_kind.get(RUNTIME, ()) if one.ref.namespace == service.ref.namespace]
    return [*own, *world.by_kind.get(CLUSTER_RUNTIME, ())]


def serves(runtime: Manifest, kind: str) -> bool:
    """Whether a runtime may be chosen for models of a format."""
    return value_at(runtime.body, "spec", "disabled") is not True and any(
        text_at(item, "name") == kind and item.get("autoSelect") is True
        for _, item in mappings_at(runtime.body, "spec", "supportedModelFormats")
    )
