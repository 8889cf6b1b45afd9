"""A program that answers requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.container import Serving
from bayplan.render.deployment import ROLLOUT_MARGIN_SECONDS, start_seconds
from bayplan.render.stateful_set import peers, peers_of, stateful_set
from bayplan.render.traits.autoscale import Scaled
from bayplan.render.workloads.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Place
    from bayplan.spec.traits.storage import Storage
    from bayplan.spec.workloads.service import Service as Spec


class Service(Server):
    """An HTTP or gRPC service; a StatefulSet where each replica has a volume of its own."""

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
        self._peer_ports = tuple(workload.peer_ports)
        super().__init__(scope, id, workload=workload, serving=serving, place=place)
        if self._each:
            self.rollout_seconds = ROLLOUT_MARGIN_SECONDS + workload.replicas_max * start_seconds(workload, serving)

    @property
    def _each(self) -> Storage | None:
        """The volume of each replica, where each has its own."""
        storage = self._workload.storage
        return storage if storage and storage.each else None

    def _makers(self) -> Iterator[Body]:
        if self._each is None:
            yield from super()._makers()
            return
        spec = stateful_set(self._workload, self._serving, self._place, self._each)
        yield self._object("apps/v1", "StatefulSet", {"spec": spec})
        around = self._object("v1", "Service", {"spec": peers(self._workload, self._serving, self._peer_ports)})
        yield {**around, "metadata": {**around["metadata"], "name": peers_of(self._workload)}}

    @property
    def _talk_among(self) -> bool:
        return self._each is not None

    @property
    def _scaled(self) -> Scaled:
        return Scaled(kind="StatefulSet") if self._each else super()._scaled
