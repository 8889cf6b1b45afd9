"""Paths of Ingresses, routes that are new or gone, names for other names."""

from __future__ import annotations

import pytest
from tests.review.step import effects_between, told
from tests.review.test_review_pruning import KEPT, ROOT, sync
from tests.review.test_traffic import FINDERS, HOME, ingress, service, to, virtual, web

ELSEWHERE = "route-leads-elsewhere:"


def says(before: str, after: str) -> list[str]:
    """`code: what is said`, sorted."""
    return sorted(f"{one.code}: {one.says}" for one in effects_between(HOME + before, HOME + after, *FINDERS))


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (
            "name: web, port",
            "name: other, port",
            f"{ELSEWHERE} sends shop.example.com/ to Service shop/other on 80 (before: Service shop/web on 80)",
        ),
        (
            "number: 80",
            "number: 81",
            f"{ELSEWHERE} sends shop.example.com/ to Service shop/web on 81 (before: Service shop/web on 80)",
        ),
        (
            "  tls: []",
            "  ingressClassName: edge",
            "route-changes: is served by controllers of class edge (before: the default); its address may be another",
        ),
    ],
)
def test_an_ingress_leads_elsewhere(old: str, new: str, wanted: str) -> None:
    assert says(web() + ingress(), web() + ingress().replace(old, new)) == [wanted]


def test_a_path_is_new_and_goes() -> None:
    more = "{path: /new, pathType: Prefix, backend: {service: {name: new, port: {number: 80}}}}, {path: /, "
    two = ingress().replace("{path: /, ", more)
    assert says(ingress(), two) == [
        "route-added: sends shop.example.com/new to Service shop/new on 80, by a path that is new"
    ]
    assert [one.partition(":")[0] for one in says(two, ingress())] == ["route-removed"]


def test_a_route_of_the_mesh_comes_and_goes() -> None:
    route = virtual(f"{to('v1', 90)}, {to('v2', 10)}")
    (one,) = says("", route)
    assert one.startswith("route-added: sends 90% of requests for web to v1 of Service shop/web, 10% to v2 of")
    assert one.endswith("; without it they went where their name leads")
    assert [one.partition(":")[0] for one in says(route, "")] == ["route-removed"]


def test_the_port_of_a_destination() -> None:
    before, after = (virtual(f"{{destination: {{host: web, port: {{number: {port}}}}}}}") for port in (80, 81))
    assert says(before, after) == [
        "route-leads-elsewhere: sends requests for web to port 81 (before: 80) of Service shop/web"
    ]


def test_a_service_that_is_a_name_for_another() -> None:
    def named(host: str) -> str:
        return f"""---
apiVersion: v1
kind: Service
metadata: {{name: db, namespace: shop}}
spec: {{type: ExternalName, externalName: {host}}}
"""

    assert says(named("a.example.com"), named("b.example.com")) == [
        "service-leads-elsewhere: leads to b.example.com (before: a.example.com), outside of the cluster"
    ]


def test_a_route_without_names_takes_any() -> None:
    route = """---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: web, port: 80}]}]}
"""
    assert says("", route) == [
        "host-added: answers to every name that no other takes from now on, and sends it to Service shop/web"
    ]


def test_a_service_that_flux_leaves_behind_is_called_as_before() -> None:
    caller = web("caller", "app: caller", ', env: [{name: WEB, value: "http://web.shop:80/"}]')
    start = ROOT + sync("apps") + f"# file: demo/apps/all.yaml\n{HOME}{caller}{web()}"
    kept = service().replace("namespace: shop", f"namespace: shop, annotations: {KEPT}")
    assert told(start + service(), start, *FINDERS) == ["callers-are-left Service shop/web DANGER"]
    assert told(start + kept, start, *FINDERS) == []
