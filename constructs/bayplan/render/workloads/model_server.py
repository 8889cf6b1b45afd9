"""A program that holds a model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.container import Serving
from bayplan.render.deployment import ROLLOUT_MARGIN_SECONDS, start_seconds
from bayplan.render.labels import selector
from bayplan.render.platform.inference_gateway import entered_by
from bayplan.render.serving import kserve, llm_service, machines, ray_service, router
from bayplan.render.serving.brought import Brought
from bayplan.render.serving.files import files_of
from bayplan.render.serving.llm_service import berth_of_part
from bayplan.render.serving.vllm import on_vllm
from bayplan.render.site import Peer, route_to
from bayplan.render.traits.autoscale import DEPLOYMENT, Scaled
from bayplan.render.workloads.server import Server
from bayplan.spec.ray_serving import REPLICA
from bayplan.spec.workloads.model_server import DECODE, ROUTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Place, Share
    from bayplan.spec.traits.expose import Expose
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
        serving = Serving(
            protocol=workload.protocol,
            health=workload.health_path,
            startup_seconds=workload.seconds_to_load,
            bring=brought_to,
        )
        self._model_server = workload
        if workload.llm and workload.serving == "kserve":
            place = replace(place, site=replace(place.site, mesh=None))
        if workload.has_own_router and workload.llm and place.site.mesh:
            site = replace(place.site, mesh=entered_by(place.site.mesh))
            chooser = replace(place, site=site, berth=berth_of_part(place, ROUTER))
            reads = Peer(app=site.app, name=router.name_of(workload))
            place = replace(place, site=site, berth=berth_of_part(place, DECODE), shares=(), reads=reads)
            router.Router(scope, server=workload, llm=workload.llm, place=chooser)
        self._around = place
        if workload.serving == "ray":
            place = replace(place, site=replace(place.site, mesh=None))
        super().__init__(scope, id, workload=workload, serving=serving, place=place)
        if workload.ray:
            self.rollout_seconds = (
                ROLLOUT_MARGIN_SECONDS + ray_service.CLUSTER_SECONDS + start_seconds(workload, serving)
            )
            ray_service.ways(self, workload, place)

    def _makers(self) -> Iterator[Body]:
        server, facts = self._model_server, dict(self._serving.bring(self._model_server).annotations)
        if server.serving == "kserve" and server.llm and server.held:
            spec = llm_service.llm_service(server, server.held, server.llm, self._serving, self._place)
            made = self._object(llm_service.API_VERSION, llm_service.KIND, {"spec": spec})
            yield {**made, "metadata": made["metadata"] | {"annotations": facts}}
            if server.llm.needs_router:
                yield llm_service.way_in(server, self._place)
        elif server.ray:
            spec = ray_service.ray_service(server, server.ray, self._serving, self._around)
            made = self._object(ray_service.API_VERSION, ray_service.KIND, {"spec": spec})
            yield {**made, "metadata": made["metadata"] | ({"annotations": facts} if facts else {})}
        elif server.serving == "kserve":
            spec = kserve.inference_service(server, self._serving, self._place)
            made = self._object(kserve.API_VERSION, kserve.KIND, {"spec": spec})
            marks = {
                "labels": made["metadata"]["labels"] | kserve.VISIBILITY,
                "annotations": facts | kserve.modes(server),
            }
            yield {**made, "metadata": made["metadata"] | marks}
        elif server.llm and server.machines > 1:
            spec = machines.group_set(server, server.llm, self._serving, self._place)
            made = self._object(machines.API_VERSION, machines.KIND, {"spec": spec})
            yield {**made, "metadata": made["metadata"] | {"annotations": facts}}
        else:
            yield from super()._makers()

    def _expose(self, expose: Expose) -> None:
        server, place = self._model_server, self._place
        if not server.has_own_router:
            super()._expose(expose)
            return
        route = route_to(place.site.app, server, expose)
        bodies = router.routes(server, place, self._answers, route)
        Part(self, "Routed", bodies=bodies, origin=expose.origin or server.origin)

    @property
    def _shares(self) -> Sequence[Share | None]:
        """Groups of machines are made by one object."""
        whole = self._model_server.machines > 1 or self._model_server.serving != "plain"
        return [None] if whole else super()._shares

    @property
    def _answers(self) -> dict[str, str]:
        if self._model_server.ray:
            return selector(self._model_server.name, REPLICA)
        if self._model_server.llm and self._model_server.serving == "kserve":
            return selector(self._model_server.name, DECODE)
        return selector(self._model_server.name, machines.LEADER if self._model_server.machines > 1 else "")

    @property
    def _talk_among(self) -> bool:
        return super()._talk_among and not self._model_server.ray

    def _scale(self, share: Share | None) -> None:
        if not self._model_server.ray:  # whose autoscaler is its own
            super()._scale(share)

    def _service(self) -> Body:
        made = super()._service()
        if self._model_server.ray:  # whose operator calls the port so
            made["ports"] = [{**port, "targetPort": ray_service.PORT} for port in made["ports"]]
        return made

    @property
    def _scaled(self) -> Scaled:
        if self._model_server.serving == "kserve" and self._model_server.llm:
            name = llm_service.deployed_as(self._model_server.name)
            return Scaled(name=name, container=llm_service.CONTAINER)
        if self._model_server.serving == "kserve":
            return Scaled(name=kserve.deployed_as(self._model_server.name), container=kserve.CONTAINER)
        if self._model_server.machines > 1:
            return Scaled(api_version=machines.API_VERSION, kind=machines.KIND)
        return DEPLOYMENT


def brought_to(workload: Spec) -> Brought:
    """What its pods bring: the files of its model, and vLLM where it holds a language model."""
    if workload.held is None:
        return Brought()
    files = files_of(workload.held, workload.resources)
    if workload.llm is None:
        return files
    brought = on_vllm(workload, workload.held, workload.llm, files)
    return llm_service.as_kserve_brings(brought, workload.llm) if workload.serving == "kserve" else brought
