"""A VirtualService routes to a host that nobody answers to.

The proxies have no cluster for that name: callers get 503, or a connection reset for TCP. A name without a dot is
completed with the namespace of the VirtualService; a name with a dot is not, so `chat.prod` is nobody, also where
`chat.prod.svc.cluster.local` exists. Names of the outside world need a ServiceEntry that this namespace can see.

Source: <https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity, Status
from bayplan.validation.hosts import DOMAIN, SERVICE_ENTRY, full_name, service_behind
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
                told, status = verdict(full, viewer, world)
                yield Hit(f"{destination.pointer}/host", f"routes to {destination.host}, {told}", status)
                break


def verdict(full: str, viewer: str, world: World) -> tuple[str, Status]:
    """What is wrong with a name that nobody answers to, and whether that is sure."""
    hidden = next(world.hosts.named(full), ())
    if hidden:
        return f"but {hidden[0].manifest.ref} is not exported to namespace {viewer}", Status.BROKEN
    behind = service_behind(full)
    if behind is None:
        lack = world.doubt(SERVICE_ENTRY, viewer)
        return f"{outside(full, world)}{lack.doubt}", lack.status
    name, home = behind
    missing = world.lack("Service", home, name)
    if missing is None:
        return f"and Service {name} may be in another namespace than {home}", Status.UNKNOWN
    return f"and there is no Service {home}/{name}{missing.doubt}", missing.status


def outside(full: str, world: World) -> str:
    """What to say of a name that is none of the cluster's; perhaps one of the cluster's was meant."""
    name, _, home = full.partition(".")
    meant = full_name(f"{name}.{home.removesuffix('.svc')}.{DOMAIN}", "")
    if any(world.hosts.named(meant)):
        return f"which is not completed; the Service is {meant}"
    return "and no ServiceEntry that this namespace sees has that host"
