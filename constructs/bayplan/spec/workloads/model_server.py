"""A program that holds a model and answers with its predictions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bayplan.spec.name import HttpPath, Whole
from bayplan.spec.workloads.server import Server


class ModelServer(Server):
    """A model behind an HTTP or gRPC port: slow to start, costly to lose."""

    kind: Literal["ModelServer"] = "ModelServer"
    """Which kind of workload it is; in Python the class says it."""
    protocol: Literal["http", "grpc"] = "http"
    """What is spoken on `port`."""
    health: HttpPath = "/healthz"
    """HTTP path that answers 200 once the model is loaded; for gRPC the standard health service is asked."""
    load_seconds: Annotated[Whole, Field(ge=1, le=7200)] = 300
    """How long loading the model may take before the replica is given up and restarted."""
