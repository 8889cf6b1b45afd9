"""Callers that name whom they call: a Service of the tree with its port, in a variable or an argument.

Source: <https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#services>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.mesh.injection import is_ambient
from bayplan.validation.reachability.addresses import addresses_in
from bayplan.validation.reachability.calls import HBONE_PORT, Call
from bayplan.validation.reachability.services import sockets
from bayplan.validation.reachability.topics.routes import has_waypoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.world import World


def named(world: World) -> Iterator[Call]:
    """Every pod that names a Service, and every kind of pods behind it."""
    network = world.reach.network
    for owner in world.inventory.manifests:
        for pod in world.pods.made_by(owner):
            seen: set[tuple[int, int]] = set()
            for address in addresses_in(pod, world):
                for socket in sockets(world, address.service, address.port):
                    key = (id(socket.pod), socket.number)
                    if socket.pod is pod or key in seen or has_waypoint(address.service, world):
                        continue
                    seen.add(key)
                    tunnel = [("TCP", HBONE_PORT)] if is_ambient(socket.pod, world) else []
                    yield Call(
                        sources=(network.end(pod),),
                        targets=(network.end(socket.pod),),
                        ports=((socket.protocol, socket.number), *tunnel),
                        why=f"{address.where} is {address.host}:{address.port}",
                    )
