"""A program that answers requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.container import Serving
from bayplan.render.workloads.server import Server

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.render.site import Place
    from bayplan.spec.workloads.service import Service as Spec


class Service(Server):
    """An HTTP or gRPC service."""

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        workload: Spec,
        place: Place,
    ) -> None:
        serving = Serving(
            protocol=workload.protocol, health=workload.health, startup_seconds=workload.rollout.start_seconds
        )
        super().__init__(scope, id, workload=workload, serving=serving, place=place)
