"""A VirtualService is for hosts that none of its Gateways serves.

The gateway has no virtual host for that name and answers 404, or ends the connection when TLS begins. The hosts of a
server may be limited to VirtualServices of one namespace (`shop/*`). Add the host to a server, or mend the name.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0132/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    is_variable,
    mappings_at,
    text_at,
    words_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.gateways import servers_of
from bayplan.validation.mesh.kinds import VIRTUAL_SERVICE
from bayplan.validation.mesh.names import meet
from bayplan.validation.mesh.parts import gateways_of
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
  hosts: [chat.example.org]
  gateways: [ingress/public]
  http: [{directResponse: {status: 200}}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*.example.com"]}]
"""
GOOD = BAD.replace("chat.example.org", "chat.example.com")


@rule(
    "MSH015",
    severity=Severity.DOWN,
    rows=("I4",),
    kinds=(VIRTUAL_SERVICE,),
    fix="add the host to a server of the Gateway, or mend the name",
)
def host_is_not_on_gateway(route: Manifest, world: World) -> Iterator[Hit]:
    """Compare the hosts of the route with those that each Gateway serves for its namespace."""
    hosts = words_at(route.body, "spec", "hosts")
    served: list[str] = []
    named = gateways_of(route)
    if not hosts or any(map(is_variable, hosts)):
        return
    for index, key in named:
        known = hosts_of(key, route.ref.namespace, world)
        if known is None:
            return
        served += known
        if not any(meet(one, host) for one in known for host in hosts):
            gateway = world.mesh.gateways.get(key) or world.mesh.api_gateways[key]
            told = f"{gateway.ref} serves none of {', '.join(hosts)}"
            yield Hit(pointer("spec", "gateways", index), told, world.mesh.status_with(gateway))
            return
    if named and "mesh" not in words_at(route.body, "spec", "gateways"):
        for index, host in enumerate(hosts):
            if not any(meet(one, host) for one in served):
                yield Hit(pointer("spec", "hosts", index), f"{host} is served by none of the Gateways that it names")


def hosts_of(key: tuple[str, str], namespace: str, world: World) -> list[str] | None:
    """The hosts that a Gateway serves for VirtualServices of a namespace; None where that is not known."""
    gateway = world.mesh.gateways.get(key)
    if gateway is not None:
        found = [host.partition("/") for server in servers_of(gateway) for host in server.hosts]
        names = [name if slash else place for place, slash, name in found if not slash or place == namespace]
    elif key in world.mesh.api_gateways:
        listeners = mappings_at(world.mesh.api_gateways[key].body, "spec", "listeners")
        names = [text_at(one, "hostname") or "*" for _, one in listeners]
    else:
        return None
    return None if any(map(is_variable, names)) else names
