"""The way in to language models whose requests a router chooses replicas for, one for all of a cluster."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import MANAGED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.spec.cluster import Mesh

API_VERSION, GROUP = "gateway.networking.k8s.io/v1", "gateway.networking.k8s.io"
NAME, CLASS = "inference", "istio"
PLAIN = "http"
"""Listener that leads every request to HTTPS; the others are called as their hosts."""
OWNING_GATEWAY = "gateway.networking.k8s.io/gateway-name"


def entered_by(mesh: Mesh) -> Mesh:
    """The mesh as workloads see it that are called by way of this gateway: Istio names its pods and their account."""
    said = {"gateway_labels": {OWNING_GATEWAY: NAME}, "gateway_account": f"{NAME}-{CLASS}"}
    return mesh.model_copy(update=said)


class InferenceGateway(Part):
    """All hosts of routed models on one Gateway of the Gateway API, for which Istio runs proxies of their own.

    The gateway of all others asks no router: istiod gives that filter only to proxies which it made for a Gateway. It
    stands where the certificate is, and each host is only open to routes of the apps that have it.
    Source: <https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api-inference-extension/>,
    pilot/pkg/networking/core/listener_builder.go of istio 1.31
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "InferenceGateway",  # noqa: A002 - as all constructs name it
        *,
        mesh: Mesh,
        hosts: Sequence[tuple[str, str]],
        origin: str = "",
    ) -> None:
        """`hosts` are pairs of namespace and host name."""
        super().__init__(scope, id, bodies=_objects(mesh, hosts), origin=origin)


def _objects(mesh: Mesh, hosts: Sequence[tuple[str, str]]) -> Iterator[Body]:
    namespaces: dict[str, set[str]] = defaultdict(set)
    for namespace, host in hosts:
        namespaces[host].add(namespace)
    plain = {"name": PLAIN, "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "Same"}}}
    metadata = {"namespace": mesh.gateway_namespace, "labels": MANAGED}
    yield {
        "apiVersion": API_VERSION,
        "kind": "Gateway",
        "metadata": {"name": NAME, **metadata},
        "spec": {
            "gatewayClassName": CLASS,
            "listeners": [plain, *(_listener(mesh, host, names) for host, names in sorted(namespaces.items()))],
        },
    }
    redirect = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}
    yield {
        "apiVersion": API_VERSION,
        "kind": "HTTPRoute",
        "metadata": {"name": f"{NAME}-redirect", **metadata},
        "spec": {"parentRefs": [{"name": NAME, "sectionName": PLAIN}], "rules": [{"filters": [redirect]}]},
    }


def _listener(mesh: Mesh, host: str, namespaces: set[str]) -> Body:
    named = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": sorted(namespaces)}
    return {
        "name": host,
        "hostname": host,
        "port": 443,
        "protocol": "HTTPS",
        "tls": {"mode": "Terminate", "certificateRefs": [{"name": mesh.certificate}]},
        "allowedRoutes": {"namespaces": {"from": "Selector", "selector": {"matchExpressions": [named]}}},
    }
