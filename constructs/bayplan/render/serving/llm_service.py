"""A language model that KServe serves: an LLMInferenceService, whose replicas may read and write apart.

KServe merges its own presets into it (`kserve-config-llm-...`); command, flags, probes and resources are ours all the
same. It fetches the model itself, to /mnt/models, also for what counts tokens in the router. The router chooses among
pods of an InferencePool, to which an HTTPRoute leads: KServe makes both. Where reading and writing are apart, its
sidecar answers on the port of the service and vLLM on the next one; keys and values go from pod to pod by NIXL, on
ports that nobody knows beforehand.

All of it stays out of the mesh: the router asks each pod by its address, which no proxy would let it. NetworkPolicies
say who may come: callers, KServe's gateway (`kserve/kserve-ingress-gateway`, as its inferenceservice-config comes), and
the pods among each other. Router and sidecar ask the API server, whose address no policy knows: those ports are open.

Source: pkg/controller/v1alpha2/llmisvc and config/llmisvcconfig of KServe 0.20.0
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.deployment import deployment
from bayplan.render.labels import MANAGED, PART, labels, selector
from bayplan.spec.llm_agreement import LLM_SERVICE_PORT
from bayplan.spec.workloads.model_server import DECODE, PREFILL, ROUTER

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.render.container import Serving
    from bayplan.render.serving.brought import Brought
    from bayplan.render.site import Berth, Place
    from bayplan.spec.model import Model
    from bayplan.spec.traits.llm import Llm, Prefill
    from bayplan.spec.workloads.model_server import ModelServer

API_VERSION, KIND = "serving.kserve.io/v1alpha2", "LLMInferenceService"
CONTAINER, SIDECAR, INITIALIZER = "main", "llm-d-routing-sidecar", "storage-initializer"
MODEL_PATH = "/mnt/models"
GATEWAY_NAMESPACE = "kserve"
API_SERVER_PORTS = (443, 6443)
"""And that on which files are fetched."""
ROUTER_PORT = 9002
_HANDS_OVER = json.dumps({"kv_connector": "NixlConnector", "kv_role": "kv_both"}, separators=(",", ":"))
_OUT_OF_MESH = {"sidecar.istio.io/inject": "false"}


def deployed_as(name: str) -> str:
    """The Deployment of those that answer."""
    return f"{name}-kserve"


def as_kserve_brings(brought: Brought, llm: Llm) -> Brought:
    """What the pods bring where KServe mounts and fetches the model."""
    fetchers = [{key: one[key] for key in ("image", "envFrom", "resources") if one.get(key)} for one in brought.before]
    return replace(
        brought,
        args=(MODEL_PATH, *brought.args[1:]),
        env=tuple((name, MODEL_PATH if name == "MODEL_PATH" else value) for name, value in brought.env),
        env_from_pod=(("VLLM_NIXL_SIDE_CHANNEL_HOST", "status.podIP"),) if llm.prefill else (),
        volumes=(),
        mounts=(),
        before=tuple({"name": INITIALIZER, **fetcher} for fetcher in fetchers),
        outside_ports=API_SERVER_PORTS if llm.needs_router else brought.outside_ports,
    )


def llm_service(server: ModelServer, model: Model, llm: Llm, serving: Serving, place: Place) -> Body:
    """The spec of an LLMInferenceService; `place` has no mesh."""
    revision = f":{model.revision}" if model.revision else ""
    return {
        "model": {"uri": f"{model.source}{revision}", "name": model.name},
        **_workload(server, DECODE, llm, serving, place),
        "replicas": 0 if place.waits else None if server.autoscale else server.replicas,
        "prefill": _prefill(server, llm, llm.prefill, serving, place) if llm.prefill else None,
        "router": _router(server, serving, place) if llm.needs_router else None,
    }


def way_in(server: ModelServer, place: Place) -> Body:
    """A NetworkPolicy by which KServe's gateway reaches the router, and the replicas that it names."""
    marks = labels(place.site, server.name)
    metadata = {"name": f"{server.name}-router", "namespace": place.site.app, "labels": marks}
    gateway = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": GATEWAY_NAMESPACE}}}
    ports = [{"protocol": "TCP", "port": port} for port in (LLM_SERVICE_PORT, ROUTER_PORT)]
    spec = {
        "podSelector": {"matchLabels": selector(server.name)},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [gateway], "ports": ports}],
    }
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def _prefill(server: ModelServer, llm: Llm, prefill: Prefill, serving: Serving, place: Place) -> Body:
    said = {"accelerator": prefill.accelerator or server.accelerator, "autoscale": None, "replicas": prefill.replicas}
    reader = server.model_copy(update=said)
    replicas = 0 if place.waits else prefill.replicas
    return {**_workload(reader, PREFILL, llm, serving, place), "replicas": replicas}


def _workload(server: ModelServer, part: str, llm: Llm, serving: Serving, place: Place) -> Body:
    """What reads, or writes: labels that KServe gives itself are left to it."""
    template = deployment(server, serving, replace(place, berth=berth_of_part(place, part)), None)["template"]
    pod = {**template["spec"], "containers": [{**template["spec"]["containers"][0], "name": CONTAINER}]}
    if llm.prefill:
        pod = _handing_over(pod, writes=part == DECODE)
    count = server.accelerator.count if server.accelerator else 1
    return {
        "labels": _marks(place, part),
        "parallelism": {"tensor": llm.tensor or count},
        "template": pod,
    }


def _handing_over(pod: Body, *, writes: bool) -> Body:
    """Keys and values go from those that read to those that write; these stand behind KServe's sidecar."""
    program = {**pod["containers"][0]}
    program["args"] = [*program["args"], f"--kv-transfer-config={_HANDS_OVER}"]
    if not writes:
        return {**pod, "containers": [program]}
    port = LLM_SERVICE_PORT + 1
    program["args"] = [f"--port={port}" if arg.startswith("--port=") else arg for arg in program["args"]]
    program["ports"] = [{"name": "vllm", "containerPort": port, "protocol": "TCP"}]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        program[probe] = {**program[probe], "httpGet": {**program[probe]["httpGet"], "port": "vllm"}}
    answering = {"name": "http", "containerPort": LLM_SERVICE_PORT, "protocol": "TCP"}
    before = [*(pod["initContainers"] or ()), {"name": SIDECAR, "ports": [answering]}]
    # the sidecar asks the API server whether an address is that of a pod of this service
    return {**pod, "containers": [program], "initContainers": before, "automountServiceAccountToken": True}


def _router(server: ModelServer, serving: Serving, place: Place) -> Body:
    made = deployment(server, serving, replace(place, berth=berth_of_part(place, ROUTER)), None)["template"]["spec"]
    kept = {key: made[key] for key in ("affinity", "tolerations", "priorityClassName", "nodeSelector") if made[key]}
    template = {**kept, "containers": [{"name": CONTAINER}]}
    scheduler = {"replicas": 1, "labels": _marks(place, ROUTER), "template": template}
    return {"route": {}, "gateway": {}, "scheduler": scheduler}


def _marks(place: Place, part: str) -> dict[str, str]:
    return {**MANAGED, "bayplan.dev/team": place.site.team, PART: part, **_OUT_OF_MESH}


def berth_of_part(place: Place, part: str) -> Berth:
    """Where a part of a workload stands; where the workload does, if the plan has no parts of it."""
    return next((share.berth for share in place.shares if share.part == part), place.berth)
