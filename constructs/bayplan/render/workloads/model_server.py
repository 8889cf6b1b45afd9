"""A program that holds a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.container import Serving
from bayplan.render.serving.brought import Brought
from bayplan.render.serving.files import files_of
from bayplan.render.serving.vllm import on_vllm
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
        serving = Serving(
            protocol=workload.protocol,
            health=workload.health_path,
            startup_seconds=workload.seconds_to_load,
            bring=brought_to,
        )
        super().__init__(scope, id, workload=workload, serving=serving, place=place)


def brought_to(workload: Spec) -> Brought:
    """What its pods bring: the files of its model, and vLLM where it holds a language model."""
    if workload.held is None:
        return Brought()
    files = files_of(workload.held, workload.resources)
    return on_vllm(workload, workload.held, workload.llm, files) if workload.llm else files
