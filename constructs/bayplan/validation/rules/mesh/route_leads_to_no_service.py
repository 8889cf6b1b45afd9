"""A VirtualService routes to a host that nobody answers to.

The proxies have no cluster for that name: callers get 503, or a connection reset for TCP. A name without a dot is
completed with the namespace of the VirtualService; a name with a dot is not, so `chat.prod` is nobody, also where
`chat.prod.svc.cluster.local` exists. Names of the outside world need a ServiceEntry that this namespace can see.

Source: <https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity
from bayplan.validation.hosts import full_name
from bayplan.validation.mesh.lookup import nobody
from bayplan.validation.routes import VIRTUAL_SERVICE, destinations_of, viewers_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: chat}
spec:
  hosts: [chat.example.com]
  http: [{route: [{destination: {host: chatt, port: {number: 80}}}]}]
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  ports: [{name: http, port: 80}]
"""
GOOD = BAD.replace("chatt", "chat")


@rule(
    "MSH001",
    severity=Severity.DOWN,
    rows=("I1",),
    kinds=(VIRTUAL_SERVICE,),
    fix="name a Service (in another namespace: name.namespace.svc.cluster.local) or the host of a ServiceEntry",
)
def route_leads_to_no_service(route: Manifest, world: World) -> Iterator[Hit]:
    """Resolve every destination as the proxies do that see the route."""
    for destination in destinations_of(route):
        full = full_name(destination.host, route.ref.namespace)
        if is_variable(full):
            continue
        for viewer in viewers_of(route):
            if not world.hosts.answering(full, viewer):
                told, status = nobody(full, viewer, world)
                yield Hit(f"{destination.pointer}/host", f"routes to {destination.host}, {told}", status)
                break
