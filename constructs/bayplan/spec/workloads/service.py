"""A program that answers requests."""

from __future__ import annotations

from typing import Literal

from bayplan.spec.name import HttpPath  # noqa: TC001 - pydantic reads it at run time
from bayplan.spec.workloads.workload import Workload


class Service(Workload):
    """An HTTP or gRPC service."""

    kind: Literal["Service"] = "Service"
    """Which kind of workload it is; in Python the class says it."""
    protocol: Literal["http", "grpc"] = "http"
    """What is spoken on `port`."""
    health: HttpPath = "/healthz"
    """HTTP path that answers 200 when the program can take requests; for gRPC the standard health service is asked."""
