"""The way in from the outside world, one for all apps of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import MANAGED
from bayplan.render.platform.namespace import KEEP, levels
from bayplan.spec.app import GATEWAY_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.spec.cluster import Mesh

NAME = "public"
GATEWAY = f"{GATEWAY_NAMESPACE}/{NAME}"
"""How a VirtualService names it."""


class Gateway(Part):
    """All hosts of a cluster on one Gateway: HTTPS, and plain HTTP redirected to it.

    One, since one certificate serves them all: a browser uses its HTTP/2 connection to one host for every other host of
    the same certificate, and a Gateway that does not know that host answers 404. Each host is only open to the
    VirtualServices of its own app's namespace. It stands in a namespace of its own, in which nothing runs.
    Source: <https://istio.io/latest/docs/ops/common-problems/network-issues/#404-errors-occur-when-multiple-gateways-configured-with-same-tls-certificate>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "Gateway",  # noqa: A002 - as all constructs name it
        *,
        mesh: Mesh,
        kubernetes: str,
        hosts: Sequence[tuple[str, str]],
        origin: str = "",
    ) -> None:
        """`hosts` are pairs of namespace and host name."""
        super().__init__(scope, id, bodies=_objects(mesh, kubernetes, hosts), origin=origin)


def _objects(mesh: Mesh, kubernetes: str, hosts: Sequence[tuple[str, str]]) -> Iterator[Body]:
    yield {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": GATEWAY_NAMESPACE, "labels": MANAGED | levels(kubernetes), "annotations": KEEP},
    }
    names = [f"{namespace}/{host}" for namespace, host in sorted(hosts)]
    plain = {
        "port": {"number": 80, "name": "http", "protocol": "HTTP"},
        "hosts": names,
        "tls": {"httpsRedirect": True},
    }
    secure = {
        "port": {"number": 443, "name": "https", "protocol": "HTTPS"},
        "hosts": names,
        # looked up in the namespace of the gateway's pods, not in that of this object
        "tls": {"mode": "SIMPLE", "credentialName": mesh.certificate},
    }
    yield {
        "apiVersion": "networking.istio.io/v1",
        "kind": "Gateway",
        "metadata": {"name": NAME, "namespace": GATEWAY_NAMESPACE, "labels": MANAGED},
        "spec": {"selector": dict(mesh.gateway_labels), "servers": [plain, secure]},
    }
