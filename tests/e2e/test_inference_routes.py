"""What istiod makes of a routed language model is what was meant: its gateway asks the router, and goes on without it.

No cluster is there to run the gateway that istiod would make for a Gateway: a stock Envoy stands for its pod, with the
labels, account and Service that istiod gives it. No router runs either, so that what Envoy was told is read, and not
what a router would choose.
"""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.mesh import INGRESS, Mesh, open_mesh
from tests.e2e.mesh_gateway import bootstrap, envoy, prepare_gateway
from tests.e2e.scene import ROOT
from tests.render.test_routed_models import CONTROLLERS, HOST, shop
from tests.render.words import lab, render

from bayplan.complaint import BadInput
from bayplan.lab.certificate import make_certificates
from bayplan.lab.furnish import install_crds
from bayplan.lab.parts import find_parts
from bayplan.lab.port import LOOPBACK, free_ports
from bayplan.lab.wait import NotYet, wait_for
from bayplan.render.flux.health import HEALTH
from bayplan.validation.cel.compiler import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.lab.api import Body

CRDS = ("gateway-api", "gateway-api-inference-extension")
GATEWAY, ACCOUNT = {"gateway.networking.k8s.io/gateway-name": "inference"}, "inference-istio"
GROUP = "gateway.networking.k8s.io/v1"
NATIVE = {"Namespace", "ServiceAccount", "Service"}
DYNAMIC = ("dynamic_active_clusters", "dynamic_listeners", "dynamic_route_configs")
ISTIOS = {"DestinationRule", "AuthorizationPolicy", "PeerAuthentication", "Gateway", "HTTPRoute", "InferencePool"}


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    try:
        crds = find_parts(ROOT).crds(CRDS)
    except BadInput as bad:
        pytest.skip(str(bad))
    with open_mesh("routes", environment={"ENABLE_GATEWAY_API_INFERENCE_EXTENSION": "true"}) as found:
        install_crds(found.api, crds)
        for body in applied():
            found.api.apply(body)
        yield found


def applied() -> list[Body]:
    """What is rendered, in an order in which it can be, on ports that anybody may have; and the gateway's Service."""
    plain, secure = free_ports(2)
    bodies = [body for folder in render(shop(), cluster=lab(controllers=CONTROLLERS)).values() for body in folder]
    kept = [one for one in bodies if one["kind"] in NATIVE | ISTIOS]
    for body in kept:
        if body["kind"] == "Gateway" and body["apiVersion"] == GROUP:
            for listener in body["spec"]["listeners"]:
                listener["port"] = {80: plain, 443: secure}[listener["port"]]
        if body["kind"] == "DestinationRule":  # no agent is there that Envoy could ask for certificates
            body["spec"]["trafficPolicy"]["tls"] = {"mode": "DISABLE"}
    about = {"name": ACCOUNT, "namespace": INGRESS}
    ports = [{"name": name, "port": port} for name, port in (("http", plain), ("https", secure))]
    made = [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": about},
        {"apiVersion": "v1", "kind": "Service", "metadata": about, "spec": {"selector": GATEWAY, "ports": ports}},
        {
            "apiVersion": "networking.istio.io/v1",
            "kind": "WorkloadEntry",
            "metadata": about,
            "spec": {"address": LOOPBACK, "labels": GATEWAY, "serviceAccount": ACCOUNT},
        },
    ]
    return sorted([*kept, *made], key=lambda body: (body["kind"] not in NATIVE, body["kind"] != "Namespace"))


@pytest.mark.parametrize(
    ("version", "kind", "namespace", "name"),
    [
        (GROUP, "Gateway", INGRESS, "inference"),
        (GROUP, "HTTPRoute", "shop", "answers"),
        ("inference.networking.k8s.io/v1", "InferencePool", "shop", "answers"),
    ],
)
def test_flux_would_see_it_well(mesh: Mesh, version: str, kind: str, namespace: str, name: str) -> None:
    expression = HEALTH[version.partition("/")[0], kind].expression
    assert expression is not None
    program = Program(expression.current, frozenset({"metadata", "status"}))

    def is_well() -> None:
        body = mesh.api.get(version, kind, name, namespace) or {}
        if program({"metadata": body["metadata"], "status": body.get("status", {})}) is not True:
            raise NotYet(json.dumps(body.get("status")))

    wait_for(f"{kind} {name}", is_well, within_s=60)


@pytest.fixture(scope="module")
def told(mesh: Mesh) -> dict[str, Any]:
    """What istiod has told the gateway: clusters, listeners and routes by name."""
    prepare_gateway(mesh, make_certificates(HOST))
    (admin,) = free_ports(1)
    asked = bootstrap(mesh, admin)
    asked["node"]["metadata"] |= {"LABELS": GATEWAY}
    file = mesh.path / "envoy.json"
    file.write_text(json.dumps(asked))
    flags = ("--log-level", "warning", "--concurrency", "1", "--disable-hot-restart")
    mesh.run("envoy", [envoy(), "-c", str(file), *flags])
    found: dict[str, Any] = {}

    def dump() -> None:
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{admin}/config_dump", timeout=5) as answer:
                configs = json.loads(answer.read())["configs"]
        except OSError as error:
            raise NotYet(str(error)) from error
        parts = [part for one in configs for kind in DYNAMIC for part in one.get(kind, ())]
        found.update({named(part): part for part in parts})
        if not any(HOST in name for name in found):
            raise NotYet(", ".join(found))

    wait_for("the gateway's configuration", dump, within_s=60)
    return found


def named(part: dict[str, Any]) -> str:
    """A cluster, a listener or the routes of one."""
    inner = part.get("cluster") or part.get("route_config") or part
    return str(inner["name"])


def test_the_gateway_asks_the_router_and_goes_on_without_it(told: dict[str, Any]) -> None:
    [routes] = [part["route_config"] for name, part in told.items() if "route_config" in part and HOST in name]
    [host] = routes["virtual_hosts"]
    assert host["domains"] == [HOST]
    [route] = host["routes"]
    asked = route["typed_per_filter_config"]["envoy.filters.http.ext_proc"]["overrides"]
    assert asked["grpc_service"]["envoy_grpc"]["cluster_name"] in told
    assert asked["grpc_service"]["envoy_grpc"]["cluster_name"] == "outbound|9002||answers-router.shop.svc.cluster.local"
    assert asked["failure_mode_allow"] is True
    assert (route["route"]["timeout"], route["route"]["retry_policy"]["num_retries"]) == ("300s", 2)


def test_the_router_chooses_among_the_pods_of_the_pool(told: dict[str, Any]) -> None:
    [pool] = [part["cluster"] for name, part in told.items() if name.startswith("outbound|54321||answers-ip-")]
    [policy] = pool["load_balancing_policy"]["policies"]
    assert policy["typed_extension_config"]["name"] == "envoy.load_balancing_policies.override_host"


def test_plain_http_is_led_to_https(told: dict[str, Any]) -> None:
    [routes] = [part["route_config"] for name, part in told.items() if name.startswith("http.")]
    [[redirect]] = [host["routes"] for host in routes["virtual_hosts"]]
    assert redirect["redirect"]["scheme_redirect"] == "https"
