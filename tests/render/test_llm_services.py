"""Language models that KServe serves: reading and writing apart, behind its router."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.render.test_model_servers import LLAMA, server
from tests.render.words import PLACE, one

from bayplan.render.flux.health import health_checks
from bayplan.render.site import Berth, Share
from bayplan.render.workloads.model_server import ModelServer as ModelServerConstruct

if TYPE_CHECKING:
    import cdk8s
    from syrupy.assertion import SnapshotAssertion

KSERVE = {"serving": "kserve", "port": 8000, "accelerator": {"model": "l4"}}
SIZE = {"context": 4096, "requests": 4}
APART = SIZE | {"prefill": {"replicas": 3, "accelerator": {"model": "h100"}}}
SHARES = tuple(
    Share(part=part, replicas_min=1, replicas_max=1, berth=Berth(pools=(pool,)))
    for part, pool in (("decode", "l4"), ("prefill", "h100"), ("router", "general"))
)


def render(chart: cdk8s.Chart, **said: Any) -> list[dict[str, Any]]:
    place = replace(PLACE, shares=SHARES if "prefill" in said.get("llm", {}) else ())
    ModelServerConstruct(chart, workload=server(LLAMA, **KSERVE | {"llm": SIZE} | said), place=place)
    made: list[dict[str, Any]] = chart.to_json()
    return made


def pools(pod: dict[str, Any]) -> list[str]:
    [term] = pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    return next(each["values"] for each in term["matchExpressions"] if each["key"] == "bayplan.dev/pool")


def test_reading_and_writing_apart(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    made = render(chart, llm=APART, replicas=2)
    spec = one(made, "LLMInferenceService")["spec"]
    assert (spec["replicas"], spec["prefill"]["replicas"]) == (2, 3)
    writes, reads = spec["template"]["containers"][0], spec["prefill"]["template"]["containers"][0]
    assert "--port=8001" in writes["args"]
    assert "--port=8000" in reads["args"]
    # KServe's sidecar answers for those that write
    assert spec["template"]["initContainers"][-1]["ports"][0]["containerPort"] == 8000
    where = spec["template"], spec["prefill"]["template"], spec["router"]["scheduler"]["template"]
    assert [pools(pod) for pod in where] == [["l4"], ["h100"], ["general"]]
    assert [each["kind"] for each in health_checks(made)] == ["LLMInferenceService"]
    assert made == golden


def test_labels_that_kserve_selects_by_are_left_to_it(chart: cdk8s.Chart) -> None:
    made = render(chart, llm=APART)
    spec = one(made, "LLMInferenceService")["spec"]
    own = ("name", "part-of", "component")
    for marks in (spec["labels"], spec["prefill"]["labels"], spec["router"]["scheduler"]["labels"]):
        assert not [key for key in marks if key in {f"app.kubernetes.io/{name}" for name in own}]
    selector = one(made, "Service")["spec"]["selector"]
    assert selector == {"app.kubernetes.io/name": "answers", "bayplan.dev/part": spec["labels"]["bayplan.dev/part"]}


def test_the_router_reaches_all_and_the_gateway_the_router(chart: cdk8s.Chart) -> None:
    made = render(chart, llm=SIZE | {"routed": True})
    assert {"route", "gateway", "scheduler"} <= one(made, "LLMInferenceService")["spec"]["router"].keys()
    [rule] = one(made, "NetworkPolicy", "answers-router")["spec"]["ingress"]
    assert [port["port"] for port in rule["ports"]] == [8000, 9002]
    own = [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "answers"}}}]
    assert {"to": own} in one(made, "NetworkPolicy", "answers")["spec"]["egress"]
    # proxies would refuse the router, which asks each pod by its address
    assert not [body["kind"] for body in made if "istio.io" in body["apiVersion"]]


def test_without_a_router_there_is_none(chart: cdk8s.Chart) -> None:
    made = render(chart)
    assert "router" not in one(made, "LLMInferenceService")["spec"]
    assert len([body for body in made if body["kind"] == "NetworkPolicy"]) == 1


def test_an_autoscaler_moves_what_kserve_makes(chart: cdk8s.Chart) -> None:
    made = render(chart, autoscale={"min": 1, "max": 3})
    assert "replicas" not in one(made, "LLMInferenceService")["spec"]
    scaler = one(made, "HorizontalPodAutoscaler")["spec"]
    assert scaler["scaleTargetRef"]["name"] == "answers-kserve"
    assert scaler["metrics"][0]["containerResource"]["container"] == "main"


@pytest.mark.parametrize(
    ("llm", "groups"),
    [
        (SIZE, [("", 2, 1, "l4")]),
        (SIZE | {"routed": True}, [("decode", 2, 1, "l4"), ("router", 1, 1, None)]),
        (APART, [("decode", 2, 1, "l4"), ("prefill", 3, 1, "h100"), ("router", 1, 1, None)]),
    ],
)
def test_the_plan_seats_all_of_it(llm: dict[str, Any], groups: list[tuple[str, int, int, str | None]]) -> None:
    made = server(LLAMA, **KSERVE | {"llm": llm})
    found = [(one.name, one.pods_max, one.surge, one.accelerator and one.accelerator.model) for one in made.groups]
    assert found == groups
    assert all(one.accelerator.memory_mib > 16_000 for one in made.groups if one.accelerator)
