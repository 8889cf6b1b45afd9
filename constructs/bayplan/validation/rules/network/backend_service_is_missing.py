"""An Ingress or route sends to a Service that does not exist.

The proxy answers 503 (or its own 404) for that path, and everything else looks healthy. An Ingress can only send to
Services of its own namespace; a route to those of others, if a ReferenceGrant there lets it. Correct the name, or move
the route to its Service.

Source: <https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.backends import INGRESS, ROUTE_KINDS, backends_of
from bayplan.validation.charts import BY_FLUX, is_of_a_chart
from bayplan.validation.fields import is_variable, mapping_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.pools import INFERENCE_POOL
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.backends import Backend
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: chat, namespace: chat}
spec:
  rules:
    - host: chat.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: chatt, port: {number: 80}}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec: {ports: [{name: http, port: 80}]}
"""
GOOD = BAD.replace("chatt", "chat")

ACTION = "alb.ingress.kubernetes.io/actions."
"""Annotations of AWS: their ends are names that stand for an action, not for a Service."""
ANSWERS_ITSELF = (
    "nginx.ingress.kubernetes.io/permanent-redirect",
    "nginx.ingress.kubernetes.io/temporal-redirect",
    "nginx.ingress.kubernetes.io/server-snippet",
    "nginx.ingress.kubernetes.io/configuration-snippet",
)
"""Annotations with which nginx may answer before it asks any Service."""
FROM_ELSEWHERE = ("ServiceImport.", "Hostname.")
"""Kinds that other clusters or the mesh stand for."""


@rule(
    "NET005",
    severity=Severity.DOWN,
    rows=("S5",),
    kinds=(INGRESS, *ROUTE_KINDS),
    fix="name a Service that exists in the namespace that is sent to",
)
def backend_service_is_missing(sender: Manifest, world: World) -> Iterator[Hit]:
    """Look up every backend, mirrors among them."""
    annotations = mapping_at(sender.body, "metadata", "annotations")
    for backend in backends_of(sender):
        if backend.kind.startswith(FROM_ELSEWHERE) or is_variable(backend.name) or ACTION + backend.name in annotations:
            continue
        lack = world.lack(backend.kind, backend.namespace, backend.name)
        if lack is None or is_brought(backend, world):
            continue
        if kind_of(sender) == INGRESS and any(key in annotations for key in ANSWERS_ITSELF):
            continue
        known = backend.kind == "Service" or is_known(backend, world)
        status = lack.status if known else Status.UNKNOWN
        yield Hit(backend.pointer, f"sends to {backend}, which does not exist{lack.doubt}", status)


def is_brought(backend: Backend, world: World) -> bool:
    """Whether a chart of that name, or Flux itself, brings the Service."""
    if backend.namespace == "flux-system" and backend.name in BY_FLUX:
        return True
    return is_of_a_chart(world, backend.namespace, (backend.name,))


def is_known(backend: Backend, world: World) -> bool:
    """Whether the tree has any object of a kind that is no Service; pools are what only trees say."""
    return backend.kind in world.by_kind or backend.kind == INFERENCE_POOL
