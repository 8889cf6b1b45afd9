"""A program that holds a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.container import Serving
from bayplan.render.workloads.server import Server

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.render.site import Place
    from bayplan.spec.workloads.model_server import ModelServer as Spec


class ModelServer(Server):
    """A model behind an HTTP or gRPC port: starting means loading the model, so it may take as long as that."""

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        workload: Spec,
        place: Place,
    ) -> None:
        startup_seconds = max(workload.load_seconds, workload.rollout.start_seconds)
        serving = Serving(protocol=workload.protocol, health=workload.health, startup_seconds=startup_seconds)
        super().__init__(scope, id, workload=workload, serving=serving, place=place)
