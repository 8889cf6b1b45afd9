"""Gateways of Istio: their servers, the pods that they are for, and the ports of those.

Source: <https://istio.io/latest/docs/reference/config/networking/gateway/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at, words_at
from bayplan.validation.mesh.parts import port_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.mesh.workloads import Workload
    from bayplan.validation.world import World

WEB = frozenset({"GRPC", "GRPC-WEB", "HTTP", "HTTP2", "HTTP_PROXY"})
"""Protocols that Istio reads as HTTP in the clear."""


class Server(NamedTuple):
    """One server of a Gateway."""

    gateway: Manifest
    body: dict[str, Any]
    pointer: str
    port: int | None
    protocol: str
    """In capitals."""
    hosts: tuple[str, ...]
    """As they are written, `./` and `*/` made plain."""
    tls: dict[str, Any]

    @property
    def bind(self) -> str:
        """The address that it listens on; "" for all."""
        return text_at(self.body, "bind")

    @property
    def is_web(self) -> bool:
        """Whether it serves HTTP: in the clear, or after it has ended TLS."""
        passes = text_at(self.tls, "mode") in ("PASSTHROUGH", "AUTO_PASSTHROUGH")
        return self.protocol in WEB or (self.protocol == "HTTPS" and not passes)


def servers_of(gateway: Manifest) -> Iterator[Server]:
    """The servers of a Gateway."""
    for index, body in mappings_at(gateway.body, "spec", "servers"):
        yield Server(
            gateway=gateway,
            body=body,
            pointer=pointer("spec", "servers", index),
            port=port_of(body),
            protocol=text_at(body, "port", "protocol").upper(),
            hosts=tuple(plain(host, gateway.ref.namespace) for host in words_at(body, "hosts")),
            tls=mapping_at(body, "tls"),
        )


def plain(host: str, namespace: str) -> str:
    """A server's host: `./a` means this namespace, `*/a` is the same as `a`."""
    place, slash, name = host.partition("/")
    if not slash or place == "*":
        return name if slash else host
    return f"{namespace if place == '.' else place}/{name}"


def selector_of(gateway: Manifest) -> Mapping[str, str]:
    """The labels by which a Gateway selects its pods."""
    return texts_at(gateway.body, "spec", "selector")


def pods_behind(gateway: Manifest, world: World) -> list[Workload]:
    """The pods that a Gateway is for, in every namespace; none for one without selector, which is for all."""
    labels = selector_of(gateway)
    return world.mesh.workloads.selected(labels) if labels else []


def share_pods(one: Manifest, other: Manifest, world: World) -> bool:
    """Whether two Gateways are for the same pods, as far as labels tell."""
    mine, theirs = selector_of(one), selector_of(other)
    if mine == theirs:
        return True
    if not (mine.items() <= theirs.items() or theirs.items() <= mine.items()):
        return False
    return bool(world.mesh.workloads.selected({**mine, **theirs}))


def everyone_on(server: Server, world: World) -> Iterator[Server]:
    """The servers of other Gateways on the same port, address and pods."""
    for gateway in world.mesh.gateways_on.get(server.port if server.port is not None else -1, ()):
        if (
            gateway is not server.gateway
            and world.mesh.are_together(gateway, server.gateway)
            and share_pods(gateway, server.gateway, world)
        ):
            yield from (
                other for other in servers_of(gateway) if other.port == server.port and other.bind == server.bind
            )
