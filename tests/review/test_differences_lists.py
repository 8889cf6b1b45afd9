"""Lists that no schema orders: entries go by what people call them; what is put between others is one part."""

from __future__ import annotations

import pytest
from tests.review.beside import told

SPLIT = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [a.example.com, b.example.com]
  http:
  - match: [{uri: {prefix: /api}}]
    route: [{destination: {host: web, subset: v1}, weight: 90}, {destination: {host: web, subset: v2}, weight: 10}]
  - route: [{destination: {host: web, subset: v1}}]
"""
ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: gateway}]
  rules: [{backendRefs: [{name: web, port: 80}, {name: next, port: 80, weight: 1}]}]
"""
ALERTS = """
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: web, namespace: shop}
spec:
  groups: [{name: web, rules: [{alert: Down, expr: up == 0, for: 5m}, {record: sum, expr: sum(x)}]}]
"""
ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: [""], resources: [pods, secrets], verbs: [get, list]}
- {apiGroups: [apps], resources: [deployments], verbs: [get]}
"""
FRONT = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules:
  - host: a.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /api, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}
"""
CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: trains.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Train, plural: trains}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string}}}}}}
"""
STRANGE = """
apiVersion: example.com/v1
kind: Thing
metadata: {name: web, namespace: shop}
spec: {list: [1, 2, 3, 4], items: [{id: x, v: 1}, {id: z, v: 2}], empty: {}, nothing: null}
"""
PATHS = "spec.rules[a.example.com].http.paths[/api].backend.service"


@pytest.mark.parametrize(
    ("text", "old", "new", "wanted"),
    [
        (SPLIT, "weight: 90", "weight: 80", ["spec.http[0].route[web/v1].weight: 90 -> 80"]),
        (SPLIT, "b.example", "c.example", ['spec.hosts[1]: "b.example.com" -> "c.example.com"']),
        (SPLIT, "  - match", "  - name: new\n  - match", ['spec.http[new]:  -> {"name": "new"}']),
        (ROUTE, "name: web, port: 80}", 'name: web, port: 80, weight: 1, kind: Service, group: ""}', []),
        (ROUTE, "port: 80, weight: 1", "port: 80, weight: 9", ["spec.rules[0].backendRefs[next].weight: 1 -> 9"]),
        (ALERTS, "for: 5m", "for: 9m", ['spec.groups[web].rules[Down].for: "5m" -> "9m"']),
        (ALERTS, "{record", "{alert: New, expr: x}, {record",
         ['spec.groups[web].rules[New]:  -> {"alert": "New", "expr": "x"}']),
        (ROLE, "[pods, secrets]", "[secrets, pods, jobs]", ['rules[0].resources[2]:  -> "jobs"']),
        (ROLE, "[get, list]", "[list, get]", []),
        (FRONT, "name: api", "name: api2", [f'{PATHS}.name: "api" -> "api2"']),
        (FRONT, "a.example", "b.example", ['spec.rules[b.example.com].host: "a.example.com" -> "b.example.com"']),
        (CRD, "plural: trains", "plural: trains, singular: train, listKind: TrainList", []),
        (CRD, "scope: Namespaced", "conversion: {strategy: None}\n  scope: Namespaced", []),
        (STRANGE, "2, 3", "2, 9, 3", ["spec.list[2]:  -> 9"]),
        (STRANGE, "v: 2", "v: 3", ["spec.items[z].v: 2 -> 3"]),
        (STRANGE, ", nothing: null", "", []),
        (STRANGE, "empty: {}, ", "", ["spec.empty: {} -> "]),
    ],
)  # fmt: skip
def test_a_list(text: str, old: str, new: str, wanted: list[str]) -> None:
    assert old in text
    assert told(text, text.replace(old, new, 1)) == wanted
