"""Where calls go before and after: Services, names for the outside world, shares of requests."""

from __future__ import annotations

import pytest
from tests.review.step import effects_between, told

FINDERS = ("traffic_services", "traffic_hosts", "traffic_ingress", "traffic_shares", "traffic_routes")
WEB = "Service shop/web"
HOME = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"


def web(name: str = "web", labels: str = "app: web", more: str = "") -> str:
    """A Deployment."""
    return f"""---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  replicas: 2
  selector: {{matchLabels: {{{labels}}}}}
  template:
    metadata: {{labels: {{{labels}}}}}
    spec: {{containers: [{{name: web, image: web:v1, ports: [{{name: http, containerPort: 8080}}]{more}}}]}}
"""


def service(selector: str = "app: web", ports: str = "{port: 80, targetPort: 8080}", more: str = "") -> str:
    """A Service."""
    return f"""---
apiVersion: v1
kind: Service
metadata: {{name: web, namespace: shop}}
spec: {{selector: {{{selector}}}, ports: [{ports}]{more}}}
"""


def step(before: str, after: str) -> list[str]:
    """What is told of a step."""
    return told(HOME + before, HOME + after, *FINDERS)


NOWHERE, ELSEWHERE = (
    "service-leads-nowhere Service shop/web DANGER",
    "service-leads-elsewhere Service shop/web ATTENTION",
)


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (web() + service(), web() + service("app: wbe"), [NOWHERE]),
        (web() + service(), web(labels="app: wbe") + service(), [NOWHERE]),
        (web() + service(), web(labels="app: web, tier: front") + service(), []),
        (web() + service("app: wbe"), web() + service(), [ELSEWHERE]),
        (web() + service(), web() + web("canary") + service(), [ELSEWHERE]),
        (web() + service(), web() + web("db", "app: db") + service("app: db"), [ELSEWHERE]),
        (web() + service(), web() + service(), []),
    ],
)
def test_a_service_leads_to_other_pods(before: str, after: str, wanted: list[str]) -> None:
    assert step(before, after) == wanted


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("{port: 80, targetPort: 8080}", "{port: 80, targetPort: http}", []),
        ("{port: 80, targetPort: 8080}", "{port: 80, targetPort: 9090}", ["port-leads-elsewhere"]),
        ("{port: 80}", "{port: 80, targetPort: 80}", []),
        ("{name: a, port: 80}, {name: b, port: 81}", "{name: a, port: 80}", ["port-closed"]),
        ("{port: 80}", "{port: 80, protocol: TCP}", []),
        ("{port: 53}", "{port: 53, protocol: UDP}", ["port-closed"]),
    ],
)
def test_ports_of_a_service(before: str, after: str, wanted: list[str]) -> None:
    found = step(web() + service(ports=before), web() + service(ports=after))
    assert [one.partition(" ")[0] for one in found] == wanted


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("", ", type: LoadBalancer", ["opened-to-outside Service shop/web ATTENTION"]),
        ("", ", type: NodePort", ["opened-to-outside Service shop/web ATTENTION"]),
        (", type: LoadBalancer", "", ["closed-to-outside Service shop/web DANGER"]),
        ("", ", externalIPs: [192.0.2.1]", ["opened-to-outside Service shop/web ATTENTION"]),
        (
            ", type: LoadBalancer, loadBalancerSourceRanges: [192.0.2.0/24]",
            ", type: LoadBalancer",
            ["outside-is-let-in Service shop/web ATTENTION"],
        ),
    ],
)
def test_ways_in_from_outside(before: str, after: str, wanted: list[str]) -> None:
    assert step(web() + service(more=before), web() + service(more=after)) == wanted


def test_who_still_calls_a_service_that_is_gone() -> None:
    caller = web("caller", "app: caller", ', env: [{name: WEB, value: "http://web.shop:80/"}]')
    (effect,) = effects_between(HOME + caller + web() + service(), HOME + caller, *FINDERS)
    assert (effect.code, effect.weight.name) == ("callers-are-left", "DANGER")
    assert "Deployment shop/caller (the variable WEB is web.shop:80)" in effect.says


def ingress(host: str = "shop.example.com", name: str = "web", tls: str = "[]") -> str:
    """An Ingress."""
    return f"""---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, namespace: shop}}
spec:
  tls: {tls}
  rules:
  - host: {host}
    http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}
"""


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("", ingress(), ["host-added Ingress shop/web ATTENTION"]),
        (ingress(), "", ["host-removed Ingress shop/web ATTENTION?"]),
        (ingress(), ingress("www.example.com"), ["host-added", "host-removed"]),
        (ingress(), ingress(name="other"), ["host-answered-elsewhere Ingress shop/other ATTENTION"]),
        (ingress(tls="[{hosts: [shop.example.com]}]"), ingress(), ["host-loses-tls Ingress shop/web ATTENTION"]),
        (ingress(), ingress(tls="[{hosts: [shop.example.com]}]"), []),
    ],
)
def test_names_for_the_outside_world(before: str, after: str, wanted: list[str]) -> None:
    found = step(web() + service() + before, web() + service() + after)
    assert [one if " " in want else one.partition(" ")[0] for one, want in zip(found, wanted, strict=True)] == wanted


def test_a_wider_name_takes_what_a_narrow_one_leaves() -> None:
    both = ingress('"*.example.com"', "wide") + ingress()
    (effect,) = effects_between(HOME + both, HOME + ingress('"*.example.com"', "wide"), *FINDERS)
    assert effect.says == "does not answer to shop.example.com any more; Ingress shop/wide takes it, by *.example.com"


def virtual(route: str, more: str = "") -> str:
    """A VirtualService."""
    return f"""---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{name: web, namespace: shop}}
spec:
  hosts: [web]
  http: [{{route: [{route}]{more}}}]
"""


def to(subset: str, weight: int) -> str:
    """A destination."""
    return f"{{destination: {{host: web, subset: {subset}}}, weight: {weight}}}"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            to("v1", 100),
            f"{to('v1', 90)}, {to('v2', 10)}",
            f"sends 90% of requests for web to v1 of {WEB} (before: 100%), 10% to v2 of {WEB} (before: 0%)",
        ),
        (f"{to('v1', 90)}, {to('v2', 10)}", f"{to('v1', 9)}, {to('v2', 1)}", None),
        (to("v1", 0), to("v1", 100), None),
        (f"{to('v1', 90)}, {to('v2', 10)}", f"{to('v2', 10)}, {to('v1', 90)}", None),
        (f"{to('v1', 1)}, {to('v2', 2)}", f"{to('v1', 0)}, {to('v2', 0)}", None),
    ],
)
def test_shares_of_a_virtual_service(before: str, after: str, says: str | None) -> None:
    found = effects_between(HOME + virtual(before), HOME + virtual(after), *FINDERS)
    assert [one.says for one in found] == ([says] if says else [])


def test_shares_of_a_route_of_the_gateway_api() -> None:
    def route(*weights: str) -> str:
        refs = ", ".join(f"{{name: {name}, port: 80{weight}}}" for name, weight in zip("ab", weights, strict=False))
        return f"""---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: web, namespace: shop}}
spec:
  parentRefs: [{{name: edge}}]
  hostnames: [shop.example.com]
  rules: [{{matches: [{{path: {{type: PathPrefix, value: /api}}}}], backendRefs: [{refs}]}}]
"""

    (effect,) = effects_between(HOME + route("", ""), HOME + route(", weight: 1", ", weight: 2"), *FINDERS)
    assert effect.says == (
        "sends 33.3% of requests for shop.example.com/api to Service shop/a (before: 50%), "
        "66.7% to Service shop/b (before: 50%)"
    )


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        (", timeout: 15s", ", timeout: 5s", "requests for web: gives up after 5s (before: 15s)"),
        ("", ", mirror: {host: copy}", "requests for web: sends a copy of all to Service shop/copy (before: not said)"),
        (
            "",
            ", fault: {abort: {httpStatus: 503}}",
            'requests for web: makes failures on purpose: {"abort": {"httpStatus": 503}} (before: not said)',
        ),
    ],
)
def test_what_a_route_does_besides(before: str, after: str, wanted: str) -> None:
    one, two = (HOME + virtual(to("v1", 100), more) for more in (before, after))
    assert [effect.says for effect in effects_between(one, two, *FINDERS)] == [wanted]


def test_a_rule_that_is_new_takes_requests_away() -> None:
    more = ", match: [{uri: {prefix: /new}}]}, {route: [{destination: {host: other}}]"
    found = effects_between(HOME + virtual(to("v1", 100)), HOME + virtual(to("v2", 100), more), *FINDERS)
    assert sorted(one.code for one in found) == ["route-added", "share-changes"]


def test_a_subset_means_other_pods() -> None:
    def rule(version: str) -> str:
        return f"""---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {{name: web, namespace: shop}}
spec: {{host: web, subsets: [{{name: v2, labels: {{version: {version}}}}}]}}
"""

    (effect,) = effects_between(HOME + rule("v2"), HOME + rule("v3"), *FINDERS)
    assert effect.says == "means by v2 pods with version=v3 (before: version=v2)"
