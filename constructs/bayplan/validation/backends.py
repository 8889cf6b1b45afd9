"""Where Ingresses and the routes of the Gateway API send traffic.

Sources: <https://kubernetes.io/docs/concepts/services-networking/ingress/>,
<https://gateway-api.sigs.k8s.io/reference/spec/#backendobjectreference>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mapping_at, mappings_at, text_at, whole_at
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest

INGRESS = "Ingress.networking.k8s.io"
GATEWAY_GROUP = "gateway.networking.k8s.io"
ROUTE_KINDS = tuple(
    f"{kind}.{GATEWAY_GROUP}" for kind in ("GRPCRoute", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute")
)
MIRRORS = ("requestMirror", "externalAuth")
"""Filters that send to a backend of their own."""


class Backend(NamedTuple):
    """One thing that traffic is sent to."""

    kind: str
    """`Service`, or `Kind.group`."""
    namespace: str
    name: str
    port: int | str | None
    pointer: str
    port_pointer: str

    def __str__(self) -> str:
        return f"{self.kind.partition('.')[0]} {self.namespace}/{self.name}"


def backends_of(sender: Manifest) -> Iterator[Backend]:
    """Every backend of an Ingress or a route, mirrors among them."""
    if kind_of(sender) == INGRESS:
        yield from backends_of_ingress(sender)
        return
    for index, rule in mappings_at(sender.body, "spec", "rules"):
        where = pointer("spec", "rules", index)
        yield from mirrored(rule, where, sender)
        for number, item in mappings_at(rule, "backendRefs"):
            at = f"{where}/backendRefs/{number}"
            yield from referred(item, at, sender)
            yield from mirrored(item, at, sender)


def backends_of_ingress(ingress: Manifest) -> Iterator[Backend]:
    """The default backend, and that of every path."""
    yield from of_ingress(mapping_at(ingress.body, "spec", "defaultBackend"), "/spec/defaultBackend", ingress)
    for index, rule in mappings_at(ingress.body, "spec", "rules"):
        for number, path in mappings_at(rule, "http", "paths"):
            where = pointer("spec", "rules", index, "http", "paths", number, "backend")
            yield from of_ingress(mapping_at(path, "backend"), where, ingress)


def of_ingress(body: dict[str, object], where: str, ingress: Manifest) -> Iterator[Backend]:
    """A Service with a port by number or name, or a resource of any kind."""
    namespace, service, resource = ingress.ref.namespace, mapping_at(body, "service"), mapping_at(body, "resource")
    if name := text_at(service, "name"):
        number, port = whole_at(service, "port", "number"), text_at(service, "port", "name")
        at = f"{where}/service"
        yield Backend("Service", namespace, name, port or number, at, f"{at}/port/{'name' if port else 'number'}")
    elif name := text_at(resource, "name"):
        kind = ".".join(part for part in (text_at(resource, "kind"), text_at(resource, "apiGroup")) if part)
        yield Backend(kind, namespace, name, None, f"{where}/resource", "")


def mirrored(body: dict[str, object], where: str, sender: Manifest) -> Iterator[Backend]:
    """What the filters of a rule or backend send to."""
    for index, item in mappings_at(body, "filters"):
        for key in MIRRORS:
            target = mapping_at(item, key, "backendRef")
            if target:
                yield from referred(target, f"{where}/filters/{index}/{key}/backendRef", sender)


def referred(body: dict[str, object], where: str, sender: Manifest) -> Iterator[Backend]:
    """A reference with the defaults of the Gateway API: a Service of the same namespace."""
    kind, group = text_at(body, "kind") or "Service", text_at(body, "group")
    if name := text_at(body, "name"):
        full = f"{kind}.{group}" if group else kind
        namespace = text_at(body, "namespace") or sender.ref.namespace
        yield Backend(full, namespace, name, whole_at(body, "port"), where, f"{where}/port")
