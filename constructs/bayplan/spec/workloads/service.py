"""A program that answers requests."""

from __future__ import annotations

from typing import Literal

from bayplan.spec.name import HttpPath
from bayplan.spec.workloads.server import Server


class Service(Server):
    """An HTTP or gRPC service."""

    kind: Literal["Service"] = "Service"
    """Which kind of workload it is; in Python the class says it."""
    protocol: Literal["http", "grpc"] = "http"
    """What is spoken on `port`."""
    health: HttpPath = "/healthz"
    """HTTP path that answers 200 when the program can take requests; for gRPC the standard health service is asked."""
