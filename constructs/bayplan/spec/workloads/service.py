"""A program that answers requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bayplan.spec.many import Many
from bayplan.spec.name import HttpPath, Whole
from bayplan.spec.workloads.server import MESH_PORTS, Server
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator


class Service(Server):
    """An HTTP or gRPC service."""

    kind: Literal["Service"] = "Service"
    """Which kind of workload it is; in Python the class says it."""
    protocol: Literal["http", "grpc"] = "http"
    """What is spoken on `port`."""
    health: HttpPath = "/healthz"
    """HTTP path that answers 200 when the program can take requests; for gRPC the standard health service is asked."""
    peer_ports: Many[Annotated[Whole, Field(ge=1, le=65535)]] = ()
    """Other ports on which replicas with a volume each talk to each other; by default `port` alone."""

    def contradictions(self) -> Iterator[Wrong]:
        """Those of all servers, and ports of peers that there are none of."""
        yield from super().contradictions()
        if self.peer_ports and not (self.storage and self.storage.each):
            fix = "Say storage: {size: 100Gi, each: true}, or remove it."
            yield Wrong(what="peer_ports of replicas that do not know each other", fix=fix, at="/peer_ports")
        for number, port in enumerate(self.peer_ports):
            if port in MESH_PORTS or port == self.port or port in self.peer_ports[:number]:
                what = f"port {port} belongs to the mesh" if port in MESH_PORTS else f"port {port} is named twice"
                yield Wrong(what=what, fix="Name another.", at=f"/peer_ports/{number}")
