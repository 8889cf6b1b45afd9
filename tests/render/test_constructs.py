"""Each construct alone, in a chart of somebody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.render.words import BARE, IMAGE, MESHED, PLACE, kinds, one

from bayplan import Accelerator, Autoscale, Expose, ModelServer, Resources, Rollout, Service, Spread
from bayplan.render.flux.kustomization import Kustomization, go_duration
from bayplan.render.flux.source import Source
from bayplan.render.platform.gateway import Gateway as GatewayConstruct
from bayplan.render.platform.namespace import Namespace
from bayplan.render.site import Place, Route
from bayplan.render.traits.access import Access as AccessConstruct
from bayplan.render.traits.autoscale import Autoscale as AutoscaleConstruct
from bayplan.render.traits.expose import Expose as ExposeConstruct
from bayplan.render.workloads.model_server import ModelServer as ModelServerConstruct
from bayplan.render.workloads.service import Service as ServiceConstruct
from bayplan.spec.cluster import Mesh
from bayplan.spec.cluster import Source as SourceSpec

if TYPE_CHECKING:
    import cdk8s
    from syrupy.assertion import SnapshotAssertion


def test_service_with_defaults(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    ServiceConstruct(chart, workload=Service(name="web", image=IMAGE), place=Place(site=BARE))
    made = chart.to_json()
    assert kinds(made) == ["Deployment", "NetworkPolicy", "PodDisruptionBudget", "Service", "ServiceAccount"]
    assert one(made, "Deployment")["spec"]["replicas"] == 2
    assert {port["port"] for port in one(made, "Service")["spec"]["ports"]} == {80, 8080}
    assert made == golden


def test_model_server_with_everything(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    server = ModelServer(
        name="model",
        image=IMAGE,
        port=9000,
        protocol="grpc",
        command=("/serve",),
        args=("--model", "/m"),
        env={"B": "2", "A": "1"},
        resources=Resources(cpu="0.5", cpu_limit="1000m", memory="2048Mi", memory_limit="4Gi"),
        accelerator=Accelerator(model="l4", count=4),
        autoscale=Autoscale(min=1, max=3, cpu="55%"),
        expose=Expose(host="model.example.com"),
        rollout=Rollout(surge="25%", drain_seconds=0),
        spread=Spread(zones="must", hosts="off"),
        load_seconds=601,
    )
    ModelServerConstruct(chart, workload=server, place=PLACE)
    made = chart.to_json()
    deployment = one(made, "Deployment")["spec"]
    pod = deployment["template"]["spec"]
    (container,) = pod["containers"]
    assert "replicas" not in deployment
    assert container["startupProbe"]["periodSeconds"] * container["startupProbe"]["failureThreshold"] >= 601
    assert container["resources"] == {
        "requests": {"cpu": "500m", "memory": "2Gi", "nvidia.com/gpu": "4"},
        "limits": {"cpu": "1", "memory": "4Gi", "nvidia.com/gpu": "4"},
    }
    assert pod["terminationGracePeriodSeconds"] >= container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert made == golden


def test_a_service_without_replicas_keeps_all_its_objects(chart: cdk8s.Chart) -> None:
    ServiceConstruct(chart, workload=Service(name="web", image=IMAGE, replicas=0), place=Place(site=MESHED))
    made = chart.to_json()
    assert one(made, "Deployment")["spec"]["replicas"] == 0
    assert one(made, "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1


def test_a_program_on_port_80_has_one_address(chart: cdk8s.Chart) -> None:
    ServiceConstruct(chart, workload=Service(name="web", image=IMAGE, port=80), place=Place(site=MESHED))
    (port,) = one(chart.to_json(), "Service")["spec"]["ports"]
    assert (port["name"], port["port"], port["targetPort"]) == ("http", 80, "http")


def test_access_without_callers_refuses_everybody(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    AccessConstruct(chart, name="web", site=MESHED, port=8080)
    made = chart.to_json()
    assert "rules" not in one(made, "AuthorizationPolicy")["spec"]
    (scraping,) = one(made, "NetworkPolicy")["spec"]["ingress"]
    assert [port["port"] for port in scraping["ports"]] == [15020]
    assert made == golden


def test_access_for_callers_and_the_gateway(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    callers, callees = PLACE.callers, PLACE.callees
    AccessConstruct(chart, name="web", site=MESHED, port=8080, callers=callers, callees=callees, exposed=True)
    made = chart.to_json()
    (rule,) = one(made, "AuthorizationPolicy")["spec"]["rules"]
    assert rule["from"][0]["source"]["principals"] == [
        "cluster.local/ns/bot/sa/talk",
        "cluster.local/ns/shop/sa/front",
        "cluster.local/ns/istio-ingress/sa/istio-ingressgateway",
    ]
    assert [port["port"] for rule in one(made, "NetworkPolicy")["spec"]["egress"] for port in rule["ports"]] == [
        53,
        53,
        15012,
        7000,
    ]
    assert made == golden


def test_access_without_a_mesh_is_the_networks_alone(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    AccessConstruct(chart, name="web", site=BARE, port=8080, callers=PLACE.callers)
    assert kinds(chart.to_json()) == ["NetworkPolicy"]
    assert chart.to_json() == golden


def test_exposed_paths_stand_longest_first(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    routes = (
        Route(app="shop", workload="web", paths=("/", "/api/v2")),
        Route(app="other", workload="api", paths=("/api", "/static/"), timeout="5s", retries=0),
    )
    ExposeConstruct(chart, name="web", site=MESHED, host="shop.example.com", routes=routes)
    made = chart.to_json()
    matches = [way["match"] for way in one(made, "VirtualService")["spec"]["http"]]
    assert [[next(iter(uri["uri"].values())) for uri in match] for match in matches] == [
        ["/static/"],
        ["/api/v2", "/api/v2/"],
        ["/api", "/api/"],
        ["/"],
    ]
    assert made == golden


def test_one_gateway_has_the_hosts_of_all_apps(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    hosts = [("shop", "shop.example.com"), ("chat", "chat.example.com")]
    GatewayConstruct(chart, mesh=Mesh(), kubernetes="1.37", hosts=hosts)
    made = chart.to_json()
    plain, secure = one(made, "Gateway")["spec"]["servers"]
    assert plain["hosts"] == secure["hosts"] == ["chat/chat.example.com", "shop/shop.example.com"]
    assert plain["tls"] == {"httpsRedirect": True}
    assert secure["tls"] == {"mode": "SIMPLE", "credentialName": "gateway-certificate"}
    assert made == golden


def test_autoscaling_watches_the_programs_own_cpu(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    AutoscaleConstruct(chart, name="web", site=MESHED, autoscale=Autoscale(min=2, max=5, cpu="60%"))
    (metric,) = chart.to_json()[0]["spec"]["metrics"]
    assert metric["containerResource"]["container"] == "web"
    assert chart.to_json() == golden


@pytest.mark.parametrize(("startup_seconds", "wait"), [(119, None), (120, 300), (600, 1200), (7200, 3600)])
def test_replicas_that_start_slowly_are_let_go_late(chart: cdk8s.Chart, startup_seconds: int, wait: int | None) -> None:
    autoscale = Autoscale(min=2, max=5)
    AutoscaleConstruct(chart, name="web", site=MESHED, autoscale=autoscale, startup_seconds=startup_seconds)
    behavior = chart.to_json()[0]["spec"].get("behavior", {})
    assert behavior.get("scaleDown", {}).get("stabilizationWindowSeconds") == wait


def test_namespace(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    Namespace(chart, site=MESHED, kubernetes="1.36", origin="apps/shop.py#L1")
    made = chart.to_json()
    namespace = one(made, "Namespace")["metadata"]
    assert namespace["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert namespace["annotations"]["kustomize.toolkit.fluxcd.io/prune"] == "disabled"
    assert made == golden


def test_namespace_without_a_mesh(chart: cdk8s.Chart) -> None:
    Namespace(chart, site=replace(MESHED, mesh=None), kubernetes="1.36")
    made = chart.to_json()
    assert kinds(made) == ["Namespace", "NetworkPolicy"]
    assert "istio-injection" not in one(made, "Namespace")["metadata"]["labels"]


def test_flux_objects(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    source = {"url": "ssh://git@git.example.com/fleet", "branch": "live", "secret": "key"}
    Source(chart, source=SourceSpec.model_validate(source))
    Kustomization(chart, name="apps-shop", path="dist/lab/apps/shop", depends_on=["platform"], timeout_seconds=3661)
    Kustomization(chart, name="flux", path="dist/lab/flux", keep=True)
    made = chart.to_json()
    app, itself = one(made, "Kustomization", "apps-shop")["spec"], one(made, "Kustomization", "flux")["spec"]
    assert (app["timeout"], app["deletionPolicy"]) == ("1h1m1s", "Delete")
    assert (itself["timeout"], itself["deletionPolicy"]) == ("5m0s", "Orphan")
    assert made == golden


@pytest.mark.parametrize(("seconds", "text"), [(5, "5s"), (60, "1m0s"), (3600, "1h0m0s"), (3725, "1h2m5s")])
def test_durations_are_written_as_go_writes_them(seconds: int, text: str) -> None:
    assert go_duration(seconds) == text
