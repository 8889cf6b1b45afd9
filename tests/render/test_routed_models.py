"""Language models behind a router of their own: pool, route, who chooses, and who may ask whom."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from tests.render.test_model_servers import LLAMA
from tests.render.words import IMAGE, lab, one, render
from tests.schema.judges import conform

from bayplan import App, Model, ModelServer, Service
from bayplan.manifests.writer import write
from bayplan.placement.pose import pose
from bayplan.render.flux.health import health_checks
from bayplan.spec.platform import Platform
from bayplan.validation import check
from bayplan.validation.finding import Status

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

    Tree = dict[str, list[dict[str, Any]]]

CONTROLLERS = {
    "flux": "2.9", "istio": "1.31", "istio-cni": "1.31", "lws": "0.9", "gateway-api": "1.6",
    "gateway-api-inference-extension": "1.6",
}  # fmt: skip
HOST = "chat.example.com"
SIZE = {"context": 4096, "requests": 4, "routed": True, "routed_by": IMAGE}


def shop(**said: object) -> App:
    words = {
        "name": "answers",
        "image": IMAGE,
        "model": "llama:3.1-8b",
        "accelerator": {"model": "l4"},
        "llm": SIZE,
        "expose": {"host": HOST, "timeout": "5m"},
        "access": {"callers": ["web"]},
    }
    web = Service.model_validate({"name": "web", "image": IMAGE, "expose": {"host": "www.example.com"}})
    server = ModelServer.model_validate(words | said)
    return App(name="shop", team="web", models=(Model(**LLAMA),), workloads=(server, web))


def tree_of(**said: object) -> Tree:
    rendered = render(shop(**said), cluster=lab(controllers=CONTROLLERS))
    return {name.partition("/")[2]: bodies for name, bodies in rendered.items()}


@pytest.fixture(scope="module")
def made() -> Tree:
    return tree_of()


def test_a_router_chooses_the_replica(made: Tree, golden: SnapshotAssertion) -> None:
    objects = made["apps/shop"]
    pool, route = one(objects, "InferencePool")["spec"], one(objects, "HTTPRoute")["spec"]
    pods = one(objects, "Deployment", "answers")["spec"]["template"]
    assert pool["selector"]["matchLabels"].items() <= pods["metadata"]["labels"].items()
    chooser = one(objects, "Deployment", "answers-router")["spec"]["template"]
    assert not pool["selector"]["matchLabels"].items() <= chooser["metadata"]["labels"].items()
    assert [(ref["kind"], ref["name"]) for ref in route["rules"][0]["backendRefs"]] == [("InferencePool", "answers")]
    ports = one(objects, "Service", "answers-router")["spec"]["ports"]
    assert pool["endpointPickerRef"]["port"]["number"] in {port["port"] for port in ports}
    assert [body for body in objects if body["metadata"]["name"].startswith("answers")] == golden


def test_its_host_is_on_a_gateway_that_asks_routers(made: Tree) -> None:
    gateways = [body for body in made["platform"] if body["kind"] == "Gateway"]
    istios, ours = sorted(gateways, key=lambda body: body["apiVersion"], reverse=True)
    assert istios["spec"]["servers"][0]["hosts"] == ["shop/www.example.com"]
    assert [(each["name"], each.get("hostname")) for each in ours["spec"]["listeners"]] == [
        ("http", None),
        (HOST, HOST),
    ]
    # where the certificate is
    assert ours["metadata"]["namespace"] == "istio-ingress"
    [parent] = one(made["apps/shop"], "HTTPRoute")["spec"]["parentRefs"]
    assert (parent["namespace"], parent["name"], parent["sectionName"]) == ("istio-ingress", "inference", HOST)
    assert not [
        body for body in made["apps/shop"] if body["kind"] == "VirtualService" and body["metadata"]["name"] != "web"
    ]


def test_the_router_is_called_by_the_gateway_alone(made: Tree) -> None:
    [rule] = one(made["apps/shop"], "AuthorizationPolicy", "answers-router")["spec"]["rules"]
    assert rule["from"][0]["source"]["principals"] == ["cluster.local/ns/istio-ingress/sa/inference-istio"]
    assert rule["to"] == [{"operation": {"ports": ["9002"]}}]


def test_metrics_and_nothing_else_are_read_without_an_identity(made: Tree) -> None:
    callers, metrics = one(made["apps/shop"], "AuthorizationPolicy", "answers")["spec"]["rules"]
    assert "from" in callers
    assert metrics == {"to": [{"operation": {"ports": ["8080"], "methods": ["GET"], "paths": ["/metrics"]}}]}
    assert one(made["apps/shop"], "PeerAuthentication", "answers")["spec"]["portLevelMtls"] == {
        "8080": {"mode": "PERMISSIVE"}
    }
    let_in = one(made["apps/shop"], "NetworkPolicy", "answers")["spec"]["ingress"][0]["from"]
    assert {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "answers-router"}}} in let_in
    notes = one(made["apps/shop"], "Deployment", "answers-router")["spec"]["template"]["metadata"]["annotations"]
    assert notes["traffic.sidecar.istio.io/excludeOutboundPorts"] == "443,6443,8080"


def test_of_several_machines_the_leaders_are_chosen_among() -> None:
    llm = SIZE | {"pipeline": 2}
    objects = tree_of(llm=llm, accelerator={"model": "l4", "count": 4})["apps/shop"]
    group = one(objects, "LeaderWorkerSet")["spec"]["leaderWorkerTemplate"]
    chosen = one(objects, "InferencePool")["spec"]["selector"]["matchLabels"].items()
    assert chosen <= group["leaderTemplate"]["metadata"]["labels"].items()
    assert not chosen <= group["workerTemplate"]["metadata"]["labels"].items()


def test_flux_waits_until_gateways_have_taken_route_and_pool(made: Tree) -> None:
    kinds = {each["kind"] for each in health_checks(made["apps/shop"])}
    assert {"HTTPRoute", "InferencePool"} <= kinds


def test_the_plan_seats_the_router_beside_those_that_answer(tmp_path: Path) -> None:
    cluster = lab(controllers=CONTROLLERS)
    demands = pose(Platform(root=tmp_path, apps=(shop(replicas=3),), clusters=(cluster,)), cluster).demands
    found = {demand.workload: (demand.pods_max, demand.cpu_millicores) for demand in demands}
    assert found["shop/answers@decode"][0] == 3
    assert found["shop/answers@router"] == (1, found["shop/answers@router"][1])
    assert found["shop/answers@router"][1] >= 2000


def test_judges_take_all_of_it(made: Tree, tmp_path: Path) -> None:
    objects = [body for folder in made.values() for body in folder]
    found = check(objects, cluster=lab(controllers=CONTROLLERS))
    assert [one for one in found if one.status is Status.BROKEN] == []
    (tmp_path / "all.yaml").write_text("---\n".join(map(write, objects)))
    verdicts = conform([tmp_path], kubernetes="1.37")
    assert [verdict for verdict in verdicts if verdict.status != "statusValid"] == []
    assert {"HTTPRoute", "InferencePool"} <= {verdict.kind.split()[-1] for verdict in verdicts}


@pytest.mark.parametrize(
    ("who", "path", "to", "rule"),
    [
        # of the gateway's pods, those of the router, and the router's at the replicas
        ("NetworkPolicy answers-router", ("ingress",), [], "RCH009"),
        ("NetworkPolicy answers", ("ingress",), [], "RCH009"),
        ("NetworkPolicy answers-router", ("egress",), [], "RCH009"),
        ("AuthorizationPolicy answers-router", ("rules",), None, "RCH013"),
        ("InferencePool answers", ("selector", "matchLabels"), {"app": "other"}, "NET017"),
        ("InferencePool answers", ("endpointPickerRef", "name"), "nobody", "NET018"),
        ("HTTPRoute answers", ("rules", 0, "backendRefs", 0, "name"), "nobody", "NET005"),
        ("HTTPRoute answers", ("hostnames", 0), "www.example.org", "NET015"),
    ],
)
def test_what_would_break_it_is_found(made: Tree, who: str, path: tuple[str | int, ...], to: object, rule: str) -> None:
    # without Flux's own objects, which say that there are more folders than are judged here
    objects: list[Any] = deepcopy([*made["platform"], *made["apps/shop"]])
    inner: Any = one(objects, *who.split())["spec"]
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = to
    found = check(objects, cluster=lab(controllers=CONTROLLERS))
    assert rule in {one.rule for one in found if one.status is Status.BROKEN}
