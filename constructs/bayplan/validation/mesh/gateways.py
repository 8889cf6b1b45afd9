"""Gateways of Istio: their servers, the pods that they are for, and the ports of those.

Source: <https://istio.io/latest/docs/reference/config/networking/gateway/>
"""

from __future__ import annotations

from collections import defaultdict
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at, words_at
from bayplan.validation.mesh.kinds import GATEWAY
from bayplan.validation.mesh.parts import port_of
from bayplan.validation.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.mesh.workloads import Workload
    from bayplan.validation.world import World

WEB = frozenset({"GRPC", "GRPC-WEB", "HTTP", "HTTP2", "HTTP_PROXY"})
"""Protocols that Istio reads as HTTP in the clear."""
OPEN, OPEN_WEB, SEALED, SEALED_WEB = "(open)", "(open web)", "(sealed)", "(sealed web)"
"""Groups of servers: with TLS or without, HTTP or not."""


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


def everyone_on(server: Server, world: World, *groups: str) -> Iterator[Server]:
    """The servers of other Gateways on the same port, address and pods, of some groups, in the order of the tree.

    A group is all that have a host, or one that `group_of` names: many Gateways share a port, and few the rest.
    """
    known = servers_by_group(world)
    found = [known.get((server.port, group), ()) for group in dict.fromkeys(groups)] if server.port is not None else []
    last = -1
    for number, other in merge(*found, key=itemgetter(0)):
        if number != last and other.gateway is not server.gateway and other.bind == server.bind:
            one = other.gateway
            if world.mesh.are_together(one, server.gateway) and share_pods(one, server.gateway, world):
                yield other
        last = number


@once
def servers_by_group(world: World) -> Mapping[tuple[int | None, str], list[tuple[int, Server]]]:
    """All servers, numbered in the order of the tree, by port and host, and by port and group."""
    found: dict[tuple[int | None, str], list[tuple[int, Server]]] = defaultdict(list)
    servers = (server for one in world.by_kind.get(GATEWAY, ()) for server in servers_of(one))
    for number, server in enumerate(servers):
        for group in dict.fromkeys((group_of(server), *server.hosts)):
            found[server.port, group].append((number, server))
    return found


def group_of(server: Server) -> str:
    """Whether a server has TLS, and whether it is HTTP in the clear, in words that are no hosts."""
    if server.protocol in WEB:
        return SEALED_WEB if server.tls else OPEN_WEB
    return SEALED if server.tls else OPEN
