"""What is built for whole platforms."""

from __future__ import annotations

from typing import Any

import cdk8s
from tests.render.words import IMAGE, MESHED, kinds, lab, one, render

from bayplan import Accelerator, Access, App, Autoscale, Expose, ModelServer, Resources, Service
from bayplan.render.api_object import Folder
from bayplan.render.site import Place
from bayplan.render.workloads.service import Service as ServiceConstruct


def classifier() -> App:
    server = ModelServer(
        name="classifier",
        image=IMAGE,
        resources=Resources(cpu="500m", cpu_limit="1", memory="256Mi", memory_limit="512Mi"),
        autoscale=Autoscale(min=3, max=12),
        expose=Expose(host="classifier.example.com"),
    )
    return App(name="classifier", team="vision", workloads=(server,))


def shop(name: str = "shop", **said: Any) -> App:
    return App(name=name, team="web", workloads=(Service.model_validate({"name": "web", "image": IMAGE} | said),))


def test_every_chart_is_a_folder_of_dist() -> None:
    assert list(render(classifier(), shop())) == [
        "lab/platform",
        "lab/apps/classifier",
        "lab/apps/shop",
        "lab/flux",
    ]


def test_the_objects_of_the_classifier() -> None:
    made = render(classifier())["lab/apps/classifier"]
    assert kinds(made) == [
        "AuthorizationPolicy",
        "Deployment",
        "DestinationRule",
        "HorizontalPodAutoscaler",
        "NetworkPolicy",
        "PeerAuthentication",
        "PodDisruptionBudget",
        "Service",
        "ServiceAccount",
        "VirtualService",
    ]
    assert {body["metadata"]["name"] for body in made} == {"classifier"}
    assert {body["metadata"]["namespace"] for body in made} == {"classifier"}


def test_pods_go_where_the_plan_says() -> None:
    app = App(
        name="shop",
        team="web",
        workloads=(
            Service(name="web", image=IMAGE),
            ModelServer(name="model", image=IMAGE, accelerator=Accelerator(model="l4")),
        ),
    )
    made = render(app)["lab/apps/shop"]
    assert _terms(one(made, "Deployment", "web")) == {
        "bayplan.dev/pool": ["arm", "general"],
        "kubernetes.io/arch": ["amd64", "arm64"],
    }
    assert _terms(one(made, "Deployment", "model")) == {"bayplan.dev/pool": ["gpu"], "kubernetes.io/arch": ["amd64"]}
    assert _pod(one(made, "Deployment", "model"))["tolerations"] == [
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
    ]
    assert "tolerations" not in _pod(one(made, "Deployment", "web"))


def test_objects_name_the_line_that_asked_for_them() -> None:
    made = render(classifier())
    origins = {
        body["kind"]: body["metadata"]["annotations"]["bayplan.dev/origin"] for body in made["lab/apps/classifier"]
    }
    lines = {kind: origin.removeprefix("apps/classifier.py#L") for kind, origin in origins.items()}
    assert origins["Deployment"] == "apps/classifier.py#L2"
    assert (
        len({lines[kind] for kind in ("Deployment", "HorizontalPodAutoscaler", "VirtualService", "NetworkPolicy")}) == 4
    )
    flux = one(made["lab/flux"], "Kustomization", "apps-classifier")
    assert flux["metadata"]["annotations"]["bayplan.dev/origin"] == "apps/classifier.py#L1"


def test_a_trait_that_was_not_written_has_the_workloads_line() -> None:
    service = Service(name="web", image=IMAGE, access=Access(), autoscale=Autoscale(min=1, max=2))
    service.write_origin("apps/shop.yaml#L7")
    chart = Folder(cdk8s.App(), "shop")
    ServiceConstruct(chart, workload=service, place=Place(site=MESHED))
    origins = {body["metadata"]["annotations"]["bayplan.dev/origin"] for body in chart.bodies}
    assert origins == {"apps/shop.yaml#L7"}


def test_callers_may_leave_and_enter() -> None:
    called = shop("pay", access=Access(callers=("shop/web", "elsewhere/web")))
    made = render(called, shop())
    egress = one(made["lab/apps/shop"], "NetworkPolicy")["spec"]["egress"][-1]
    assert egress["to"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "pay"}
    (rule,) = one(made["lab/apps/pay"], "AuthorizationPolicy")["spec"]["rules"]
    # elsewhere does not run on this cluster
    assert rule["from"][0]["source"]["principals"] == ["cluster.local/ns/shop/sa/web"]


def test_a_host_of_two_apps_has_one_route_and_flux_knows_the_order() -> None:
    api = shop("api", expose=Expose(host="shop.example.com", paths=("/api",)))
    made = render(api, shop(expose=Expose(host="shop.example.com")))
    routes = one(made["lab/apps/api"], "VirtualService")["spec"]["http"]
    assert [route["route"][0]["destination"]["host"].split(".")[1] for route in routes] == ["api", "shop"]
    assert "VirtualService" not in kinds(made["lab/apps/shop"])
    servers = one(made["lab/platform"], "Gateway")["spec"]["servers"]
    assert [server["hosts"] for server in servers] == [["api/shop.example.com"]] * 2
    assert _needs(made["lab/flux"]) == {
        "flux": [],
        "platform": [],
        "apps-api": ["apps-shop", "platform"],
        "apps-shop": ["platform"],
    }


def test_apps_that_call_each_other_do_not_wait_for_each_other() -> None:
    one_app = shop("one", access=Access(callers=("two/web",)))
    two_app = shop("two", access=Access(callers=("one/web",)))
    needs = _needs(render(one_app, two_app)["lab/flux"])
    assert needs["apps-one"] == needs["apps-two"] == ["platform"]


def test_without_a_mesh_nothing_of_istio_is_made() -> None:
    made = render(classifier(), cluster=lab(controllers={"flux": "2.9"}))
    bodies = [body for part in made.values() for body in part]
    assert not [body["kind"] for body in bodies if "istio.io" in body["apiVersion"]]
    assert "istio" not in repr(bodies)


def test_a_cluster_without_apps_has_nothing_that_flux_could_not_build() -> None:
    made = render()
    assert list(made) == ["lab/flux"]
    assert list(_needs(made["lab/flux"])) == ["flux"]


def test_flux_keeps_itself_and_waits_no_longer_than_a_mending_version_can() -> None:
    slow = App(name="slow", team="web", workloads=(ModelServer(name="m", image=IMAGE, replicas=90, load_seconds=7200),))
    made = render(slow)["lab/flux"]
    assert one(made, "Kustomization", "apps-slow")["spec"]["timeout"] == "30m0s"
    for kind, name in (("GitRepository", "bayplan"), ("Kustomization", "flux")):
        annotations = one(made, kind, name)["metadata"]["annotations"]
        assert annotations["kustomize.toolkit.fluxcd.io/prune"] == "disabled"


def _needs(flux: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {
        body["metadata"]["name"]: [other["name"] for other in body["spec"].get("dependsOn", [])]
        for body in flux
        if body["kind"] == "Kustomization"
    }


def _pod(deployment: dict[str, Any]) -> dict[str, Any]:
    pod: dict[str, Any] = deployment["spec"]["template"]["spec"]
    return pod


def _terms(deployment: dict[str, Any]) -> dict[str, list[str]]:
    required = _pod(deployment)["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    (term,) = required["nodeSelectorTerms"]
    return {match["key"]: match["values"] for match in term["matchExpressions"]}
