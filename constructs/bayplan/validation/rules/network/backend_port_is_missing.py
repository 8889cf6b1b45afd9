"""An Ingress or route sends to a port that the Service does not have.

The Service is there, and the proxy finds no endpoint behind that port: every request is answered with 503. What is
looked up is the Service's own port (`port`, or its `name` for an Ingress), not the one that the pods listen on. Name a
port of the Service.

Source: <https://gateway-api.sigs.k8s.io/reference/spec/#backendobjectreference>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.backends import INGRESS, ROUTE_KINDS, backends_of
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule
from bayplan.validation.served import ports_served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.backends import Backend
    from bayplan.validation.served import Served
    from bayplan.validation.world import World

BAD = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: chat, namespace: chat}
spec:
  rules: [{backendRefs: [{name: chat, port: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec: {ports: [{name: http, port: 80}]}
"""
GOOD = BAD.replace("8080", "80")

USE_ANNOTATION = "use-annotation"
"""Name of a port with which an Ingress of AWS points at an annotation."""


@rule(
    "NET006",
    severity=Severity.DOWN,
    rows=("S5",),
    kinds=(INGRESS, *ROUTE_KINDS),
    fix="name a port of the Service, not of its pods",
)
def backend_port_is_missing(sender: Manifest, world: World) -> Iterator[Hit]:
    """Compare the port of every backend with those of its Service."""
    for backend in backends_of(sender):
        served = ports_served(world, backend.namespace, backend.name) if backend.kind == "Service" else None
        if served is not None:
            yield from judge(backend, served, is_ingress=kind_of(sender) == INGRESS)


def judge(backend: Backend, served: Served, *, is_ingress: bool) -> Iterator[Hit]:
    """A port by number or name; that of the pods is what some controllers of Ingresses look for as well."""
    port = backend.port
    if port is None:
        if not is_ingress:
            yield Hit(backend.pointer, f"sends to {backend} and to none of its ports, which a route must name")
        return
    if port in served.numbers or port in served.names or port == USE_ANNOTATION:
        return
    if isinstance(port, str) and is_variable(port):
        return
    message = f"sends to port {port} of {backend}, which has only {served}"
    if is_ingress and port in served.targets:
        yield Hit(backend.port_pointer, f"{message}; some controllers take the port of its pods for it", Status.UNKNOWN)
    else:
        yield Hit(backend.port_pointer, message)
