"""A program that holds a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.container import Serving
from bayplan.render.labels import selector
from bayplan.render.serving.brought import Brought
from bayplan.render.serving.files import files_of
from bayplan.render.serving.machines import API_VERSION, KIND, LEADER, group_set
from bayplan.render.serving.vllm import on_vllm
from bayplan.render.workloads.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Place, Share
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
        super().__init__(scope, id, workload=workload, serving=serving, place=place)

    def _makers(self) -> Iterator[Body]:
        server = self._model_server
        if server.llm is None or server.machines == 1:
            yield from super()._makers()
            return
        made = self._object(API_VERSION, KIND, {"spec": group_set(server, server.llm, self._serving, self._place)})
        facts = dict(self._serving.bring(server).annotations)
        yield {**made, "metadata": {**made["metadata"], "annotations": facts}}

    @property
    def _shares(self) -> Sequence[Share | None]:
        """Groups of machines are made by one object."""
        return [None] if self._model_server.machines > 1 else super()._shares

    @property
    def _answers(self) -> dict[str, str]:
        return selector(self._model_server.name, LEADER if self._model_server.machines > 1 else "")

    @property
    def _scaled(self) -> tuple[str, str]:
        return (API_VERSION, KIND) if self._model_server.machines > 1 else super()._scaled


def brought_to(workload: Spec) -> Brought:
    """What its pods bring: the files of its model, and vLLM where it holds a language model."""
    if workload.held is None:
        return Brought()
    files = files_of(workload.held, workload.resources)
    return on_vllm(workload, workload.held, workload.llm, files) if workload.llm else files
