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
from bayplan.validation.routes import VIRTUAL_SERVICE, destinations_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import Lack, World

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
    kinds=(VIRTUAL_SERVICE,),
    fix="name a Service (in another namespace: name.namespace.svc.cluster.local) or the host of a ServiceEntry",
)
def route_leads_to_no_service(route: Manifest, world: World) -> Iterator[Hit]:
    """Resolve every destination as istiod does."""
    namespace = route.ref.namespace
    for destination in destinations_of(route):
        host = destination.host
        if is_variable(host) or world.hosts.answering(host, namespace):
            continue
        lack = lack_of(full_name(host, namespace), namespace, world)
        if lack is not None:
            message = f"routes to {host}, {reason(full_name(host, namespace), world)}"
            yield Hit(f"{destination.pointer}/host", message + lack.doubt, lack.status)


def lack_of(full: str, namespace: str, world: World) -> Lack | None:
    """Whether somebody who is not seen may answer to a full name."""
    behind = service_behind(full)
    if behind is None:
        return world.doubt(SERVICE_ENTRY, namespace)
    name, home = behind
    lack = world.lack("Service", home, name)
    # a Service that is there and does not answer is not exported to this namespace; a draft may move to where it is
    if lack is None and any(
        one.ref.namespace == home and one.file not in world.drafts for one in world.by_name.get(("Service", name), ())
    ):
        return world.doubt("Service", home)._replace(status=Status.BROKEN, doubt="")
    return lack


def reason(full: str, world: World) -> str:
    """What is wrong with a name that nobody answers to."""
    behind = service_behind(full)
    if behind is not None:
        name, home = behind
        there = any(one.ref.namespace == home for one in world.by_name.get(("Service", name), ()))
        return (
            f"which is not exported to this namespace ({full})" if there else f"and there is no Service {home}/{name}"
        )
    parts = full.split(".")
    if len(parts) in (2, 3) and any(
        one.ref.namespace == parts[1] for one in world.by_name.get(("Service", parts[0]), ())
    ):
        return f"which is not completed; the Service is {parts[0]}.{parts[1]}.{DOMAIN}"
    return "and no ServiceEntry that this namespace sees has that host"
