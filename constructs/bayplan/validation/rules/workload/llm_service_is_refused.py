"""KServe's webhook refuses an LLMInferenceService.

Workers hold parts of one model, so that `parallelism` has to say which: stages (`pipeline`), or copies (`data` with
`dataLocal`), and not both. A route is written there or named, and a gateway of KServe's own takes no routes of others.
A refused object stops the sync of its whole Kustomization.

Source: <https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1alpha2/llm_inference_service_validation.go>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.templates.kserve import GROUP
from bayplan.validation.templates.reading import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: serving.kserve.io/v1alpha2
kind: LLMInferenceService
metadata: {name: chat, namespace: chat}
spec:
  model: {uri: "hf://example/chat", name: chat}
  worker: {containers: [{name: main, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD + "  parallelism: {pipeline: 2}\n"


@rule("WRK033", severity=Severity.SYNC, rows=("W3",), kinds=(f"LLMInferenceService.{GROUP}",),
      fix="write what KServe's webhook takes")  # fmt: skip
def llm_service_is_refused(service: Manifest, _: World) -> Iterator[Hit]:
    """Judge both halves, the router and the adapters."""
    spec = mapping_at(service.body, "spec")
    yield from of_half(spec, "/spec")
    yield from of_half(mapping_at(spec, "prefill"), "/spec/prefill")
    yield from of_router(mapping_at(spec, "router"))
    yield from of_adapters(mapping_at(spec, "model"), service.ref.name)


def of_half(half: dict[str, Any], where: str) -> Iterator[Hit]:
    """Those that write, or those that read."""
    parallel, at = mapping_at(half, "parallelism"), f"{where}/parallelism"
    copies = [word for word in ("data", "dataLocal") if word in parallel]
    if "worker" in half and "pipeline" not in parallel and not copies:
        yield Hit(
            f"{where}/worker", "has workers, and parallelism says neither pipeline nor data: nobody knows for what"
        )
    if "pipeline" in parallel and copies:
        yield Hit(at, "has pipeline and data: several machines hold stages of one copy, or copies")
    elif len(copies) == 1:
        other = "dataLocal" if copies == ["data"] else "data"
        yield Hit(at, f"has {copies[0]} without {other}: copies in all, and in one machine")
    for word in ("pipeline", *copies):
        value = number(parallel, word, default=None)
        if value is not None and value < 1:
            yield Hit(f"{at}/{word}", f"there cannot be {value} parts")
    scaling = mapping_at(half, "scaling")
    least, most = number(scaling, "minReplicas", default=None), number(scaling, "maxReplicas", default=None)
    if least is not None and most is not None and least > most:
        yield Hit(f"{where}/scaling/minReplicas", f"has at least {least} replicas, and at most {most}")
    idle = number(mapping_at(scaling, "wva", "keda"), "idleReplicaCount", default=None)
    if idle is not None and (least is None or idle >= least):
        message = f"{idle} replicas when nothing is to do, and {'no minReplicas' if least is None else f'{least} else'}"
        yield Hit(f"{where}/scaling/wva/keda/idleReplicaCount", message)


def of_router(router: dict[str, Any]) -> Iterator[Hit]:
    """Routes, gateway and scheduler."""
    route, at = mapping_at(router, "route", "http"), "/spec/router/route/http"
    if route.get("refs") and "spec" in route:
        yield Hit(at, "names routes and writes one: it takes one of the two")
    if route.get("refs") and "gateway" in router and not mapping_at(router, "gateway").get("refs"):
        yield Hit(
            f"{at}/refs", "names routes of its own, and a gateway of KServe's, which takes none: name the gateway"
        )
    scheduler, at = mapping_at(router, "scheduler"), "/spec/router/scheduler"
    replicas = number(scheduler, "replicas")
    if replicas is not None and replicas < 1:
        yield Hit(f"{at}/replicas", f"{replicas} routers choose nothing")
    config = mapping_at(scheduler, "config")
    if "config" in scheduler and ("inline" in config) == ("ref" in config):
        yield Hit(f"{at}/config", "takes a configuration that is written (inline) or named (ref): one of the two")


def of_adapters(model: dict[str, Any], name: str) -> Iterator[Hit]:
    """LoRA adapters, which are asked for by their names."""
    taken = {text_at(model, "name") or name}
    for index, one in mappings_at(model, "lora", "adapters"):
        called, where = text_at(one, "name"), pointer("spec", "model", "lora", "adapters", index, "name")
        if not called or called in (".", ".."):
            yield Hit(where, f"'{called}' is no name of an adapter")
        elif called in taken and not is_variable(called):
            yield Hit(where, f"{called} is the name of another adapter, or of the model itself")
        taken.add(called)
