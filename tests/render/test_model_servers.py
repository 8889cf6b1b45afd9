"""What model servers become: the model's files in the pod, vLLM's flags, a share of requests for a canary."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.render.words import IMAGE, PLACE, one, render

from bayplan import App, Model, ModelServer, Resources, Service
from bayplan.render.flux.health import health_checks
from bayplan.render.serving.files import files_of
from bayplan.render.site import Share
from bayplan.render.traits.load import weighted
from bayplan.render.weights import hundredths
from bayplan.render.workloads.model_server import ModelServer as ModelServerConstruct

if TYPE_CHECKING:
    import cdk8s
    from syrupy.assertion import SnapshotAssertion

DIGEST = "sha256:" + "4b" * 32
COMMIT = "0e9e39f249a16976918f6564b8830bc894c89659"
LLAMA: dict[str, Any] = {
    "name": "llama", "version": "3.1-8b", "source": "hf://meta-llama/Llama-3.1-8B", "revision": COMMIT, "size": "16G",
    "layers": 32, "heads": 32, "kv_heads": 8, "head_size": 128, "secret": "hub", "licence": "llama3.1",
    "fetched_by": IMAGE,
}  # fmt: skip


def server(model: dict[str, Any], **said: object) -> ModelServer:
    """A server that holds a model, as its app makes it."""
    known = Model.model_validate(model)
    words = {"kind": "ModelServer", "name": "answers", "image": IMAGE, "model": known.reference, **said}
    [made] = App.model_validate({"name": "shop", "team": "web", "models": [known], "workloads": [words]}).workloads
    assert isinstance(made, ModelServer)
    return made


def pod(chart: cdk8s.Chart, model: dict[str, Any], **said: object) -> Any:
    ModelServerConstruct(chart, workload=server(model, **said), place=PLACE)
    return one(chart.to_json(), "Deployment")["spec"]["template"]


def test_a_language_model_on_vllm(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    llm = {"context": 8192, "requests": 16, "cache": "fp8"}
    said = {"llm": llm, "accelerator": {"model": "l4", "count": 2}, "args": ["--enable-prefix-caching"]}
    ModelServerConstruct(chart, workload=server(LLAMA, **said), place=PLACE)
    made = chart.to_json()
    template = one(made, "Deployment")["spec"]["template"]["spec"]
    program, fetcher = template["containers"][0], template["initContainers"][0]
    assert program["command"] == ["vllm", "serve"]
    assert "--tensor-parallel-size=2" in program["args"]
    assert program["args"][-1] == "--enable-prefix-caching"
    assert program["startupProbe"]["httpGet"]["path"] == "/health"
    assert program["startupProbe"]["failureThreshold"] * program["startupProbe"]["periodSeconds"] == 120 + 160
    assert fetcher["args"] == [f"hf://meta-llama/Llama-3.1-8B:{COMMIT}", "/models/llama"]
    assert one(made, "Deployment")["spec"]["progressDeadlineSeconds"] == 300 + 160 + 280
    assert made == golden


def test_a_pod_is_no_larger_than_the_plan_knows_while_it_fetches(chart: cdk8s.Chart) -> None:
    template = pod(chart, LLAMA, resources={"cpu": "50m", "memory": "256Mi"})["spec"]
    asked = [one["resources"]["requests"] for one in (*template["initContainers"], *template["containers"])]
    assert asked == [{"cpu": "50m", "memory": "256Mi"}] * 2


@pytest.mark.parametrize(
    ("source", "volume"),
    [
        ({"source": "oci://r.example.com/m:2"}, {"image": {"reference": "r.example.com/m:2"}}),
        (
            {"source": "oci://r.example.com/m:2", "digest": DIGEST},
            {"image": {"reference": f"r.example.com/m:2@{DIGEST}"}},
        ),
        ({"source": f"oci://r.example.com/m@{DIGEST}"}, {"image": {"reference": f"r.example.com/m@{DIGEST}"}}),
        ({"source": "pvc://shelf/m/2"}, {"persistentVolumeClaim": {"claimName": "shelf", "readOnly": True}}),
        ({"source": "s3://bucket/m/2", "size": "100Mi"}, {"emptyDir": {"sizeLimit": "110Mi"}}),
        ({"source": "s3://bucket/m/2"}, {"emptyDir": {}}),
    ],
)
def test_where_files_come_from(chart: cdk8s.Chart, source: dict[str, Any], volume: dict[str, Any]) -> None:
    template = pod(chart, {"name": "resnet", "version": "2", **source})["spec"]
    if "image" in volume:
        volume = {"image": {**volume["image"], "pullPolicy": "IfNotPresent"}}
    assert template["volumes"][-1] == {"name": "model", **volume}
    mount = template["containers"][0]["volumeMounts"][-1]
    assert (mount["mountPath"], mount["readOnly"]) == ("/models/resnet", True)
    assert mount.get("subPath") == ("m/2" if "pvc" in source["source"] else None)
    assert ("initContainers" in template) == source["source"].startswith("s3")


def test_a_program_finds_every_version_in_the_same_place() -> None:
    first, second = (Model(name="resnet", version=version, source=f"s3://bucket/{version}") for version in "12")
    assert files_of(first, Resources()).mounts == files_of(second, Resources()).mounts
    assert files_of(first, Resources()).before != files_of(second, Resources()).before


def test_what_is_fetched_from_outside_may_be_reached(chart: cdk8s.Chart) -> None:
    template = pod(chart, LLAMA)
    rules = one(chart.to_json(), "NetworkPolicy")["spec"]["egress"]
    assert [rule for rule in rules if {"protocol": "TCP", "port": 443} in rule["ports"]]
    # the mesh's proxy may not run yet
    assert template["metadata"]["annotations"]["traffic.sidecar.istio.io/excludeOutboundPorts"] == "443"


def test_own_words_win(chart: cdk8s.Chart) -> None:
    said = {"command": ["serve"], "env": {"HOME": "/data"}, "health": "/ready", "load_seconds": 60}
    llm = {"context": 4096, "requests": 4}
    program = pod(chart, LLAMA, llm=llm, accelerator={}, **said)["spec"]["containers"][0]
    assert program["command"] == ["serve"]
    assert {"name": "HOME", "value": "/data"} in program["env"]
    assert program["startupProbe"]["httpGet"]["path"] == "/ready"
    assert program["startupProbe"]["failureThreshold"] * 5 == 60


MODELS = tuple(Model(name="resnet", version=version, source=f"pvc://shelf/{version}") for version in "12")


def pair(**said: Any) -> App:
    """Two versions of a model, of which the second gets a tenth of the requests of the first."""
    first = {"model": "resnet:1", "canary": {"to": "next", "share": "10%"}, "access": {"callers": ["web"]}, **said}
    servers = [
        ModelServer.model_validate({"name": name, "image": IMAGE, **words})
        for name, words in (("pictures", first), ("next", {"model": "resnet:2"}))
    ]
    return App(name="shop", team="web", models=MODELS, workloads=[*servers, Service(name="web", image=IMAGE)])


def shares(routes: list[dict[str, Any]]) -> dict[str, int]:
    return {
        ".".join([to["destination"]["host"].partition(".")[0], to["destination"].get("subset", "")]): to["weight"]
        for to in routes
    }


def test_a_canary_gets_its_share_from_inside_and_outside() -> None:
    made = render(pair(expose={"host": "pictures.example.com"}))["lab/apps/shop"]
    inside, outside = one(made, "VirtualService", "pictures.parts"), one(made, "VirtualService", "pictures")
    for way in (*inside["spec"]["http"], *outside["spec"]["http"]):
        assert shares(way["route"]) == {"pictures.": 90, "next.": 10}
    # who may call the first may call the second: its callers, and the gateway
    first, second = (one(made, "AuthorizationPolicy", name)["spec"]["rules"] for name in ("pictures", "next"))
    assert first == second
    allowed = one(made, "NetworkPolicy", "web")["spec"]["egress"]
    assert {"app.kubernetes.io/name": "next"} in [
        to["podSelector"]["matchLabels"] for rule in allowed for to in rule["to"] if "podSelector" in to
    ]


def test_a_canary_of_a_server_in_parts_takes_of_each_part(chart: cdk8s.Chart) -> None:
    parts = (
        Share(part="firm", replicas_min=1, replicas_max=1, weight=40),
        Share(part="spot", replicas_min=1, replicas_max=1, weight=60),
    )
    ModelServerConstruct(chart, workload=pair().workloads[0], place=replace(PLACE, shares=parts))  # type: ignore[arg-type]
    for way in one(chart.to_json(), "VirtualService")["spec"]["http"]:
        assert shares(way["route"]) == {"pictures.firm": 36, "pictures.spot": 54, "next.": 10}


@given(st.integers(1, 99), st.lists(st.integers(1, 1000), max_size=5))
def test_shares_are_of_a_hundred(percent: int, amounts: list[int]) -> None:
    weights = hundredths({f"p{number}": amount for number, amount in enumerate(amounts)}) if amounts else {}
    ways = weighted("a.shop.svc", 80, tuple(weights.items()), ("b", percent))
    assert sum(way["weight"] for way in ways) == 100
    assert abs(ways[-1]["weight"] - percent) <= len(amounts)


def test_kserve_runs_the_same_pod(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    said: dict[str, Any] = {"serving": "kserve", "autoscale": {"min": 2, "max": 4}}
    model = {"name": "resnet", "version": "2", "source": f"oci://r.example.com/m@{DIGEST}"}
    ModelServerConstruct(chart, workload=server(model, **said), place=PLACE)
    made = chart.to_json()
    service = one(made, "InferenceService")
    predictor = service["spec"]["predictor"]
    assert one(made, "Service")["spec"]["selector"].items() <= predictor["labels"].items()
    assert predictor["containers"][0]["name"] == "kserve-container"
    assert service["metadata"]["annotations"]["serving.kserve.io/autoscalerClass"] == "external"
    scaler = one(made, "HorizontalPodAutoscaler")["spec"]
    assert scaler["scaleTargetRef"]["name"] == "answers-predictor"
    assert scaler["metrics"][0]["containerResource"]["container"] == "kserve-container"
    assert [each["kind"] for each in health_checks(made)][-1] == "InferenceService"
    assert made == golden


def test_kserve_counts_replicas_where_nobody_else_does(chart: cdk8s.Chart) -> None:
    model = {"name": "resnet", "version": "2", "source": "pvc://shelf"}
    waiting = replace(PLACE, waits=True)
    ModelServerConstruct(chart, workload=server(model, serving="kserve", may_wait=True), place=waiting)
    service = one(chart.to_json(), "InferenceService")
    assert service["metadata"]["annotations"]["serving.kserve.io/autoscalerClass"] == "none"
    assert service["spec"]["predictor"]["minReplicas"] == 0
