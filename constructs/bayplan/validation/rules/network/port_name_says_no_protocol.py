"""The mesh cannot tell the protocol of a Service's port.

Istio reads the protocol from `appProtocol`, or from the start of the port's name (`http-web`, `grpc`). Where neither
says it, the proxy waits for the first bytes and guesses: HTTP it recognises, a database that speaks first hangs, and
routes, retries and metrics by request may silently be those of plain TCP. Say `appProtocol`.

Source: <https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation import selectors
from bayplan.validation.fields import is_variable, mappings_at, text_at, texts_at, value_at, whole_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.mesh.injection import is_injected
from bayplan.validation.mesh.protocols import LIKE_TCP
from bayplan.validation.once import once
from bayplan.validation.outsiders import SYSTEM_NAMESPACES
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.selectors import Selector
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  selector: {app: chat}
  ports: [{name: web, port: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{containerPort: 80}]}]
"""
GOOD = BAD.replace("name: web, port: 80", "name: web, port: 80, appProtocol: http")

PROTOCOLS = frozenset(
    {
        "grpc",
        "grpc-web",
        "hbone",
        "http",
        "http2",
        "http_proxy",
        "https",
        "mongo",
        "mysql",
        "redis",
        "tcp",
        "tls",
        "udp",
    }
)
"""What Istio 1.31 reads (pkg/config/protocol), in whatever case."""
KUBERNETES_PROTOCOLS = frozenset({"kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss"})
OF_THE_PROXY = frozenset({15020, 15021, 15090})
"""Ports on which the proxy itself answers: gateways have them in their Services (`status-port`)."""
KNOWN_PORTS = LIKE_TCP | OF_THE_PROXY


@rule(
    "NET004",
    severity=Severity.LOSS,
    rows=("S4",),
    kinds=("Service",),
    confidence=Confidence.LOW,
    fix="say appProtocol (http, http2, https, grpc, tcp, ...), or begin the port's name with it",
)
def port_name_says_no_protocol(service: Manifest, world: World) -> Iterator[Hit]:
    """Read every port of a Service whose pods get a proxy as Istio does."""
    silent = [(index, port) for index, port in mappings_at(service.body, "spec", "ports") if not says_protocol(port)]
    labels = texts_at(service.body, "spec", "selector")
    if not silent or not labels or service.ref.namespace in SYSTEM_NAMESPACES:
        return
    selector, known = selectors.of_labels(labels), injected(world)
    key = (service.ref.namespace, selector)
    if key not in known:
        known[key] = any(is_injected(pod, world) for pod in world.pods.selected(*key))
    if not known[key]:
        return
    for index, port in silent:
        said = text_at(port, "appProtocol") or text_at(port, "name")
        where = pointer("spec", "ports", index, "appProtocol" if "appProtocol" in port else "name")
        message = f"{said!r} is no protocol that the mesh knows" if said else "says no protocol to the mesh"
        yield Hit(where, f"port {value_at(port, 'port')} {message}")


@once
def injected(_: World) -> dict[tuple[str, Selector], bool]:
    """Whether a selector in a namespace selects pods that get a proxy: many Services may have the same."""
    return {}


def says_protocol(port: dict[str, object]) -> bool:
    """Whether Istio can read the protocol of a port."""
    if text_at(port, "protocol") == "UDP" or whole_at(port, "port") in KNOWN_PORTS:
        return True
    name = (text_at(port, "appProtocol") or text_at(port, "name")).lower()
    if name in KUBERNETES_PROTOCOLS or name.startswith("grpc-web") or is_variable(name):
        return True
    return name.partition("-")[0] in PROTOCOLS
